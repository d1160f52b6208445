package io.whalebox.runtime.seccomp;

import io.avaje.json.JsonAdapter;
import io.avaje.json.JsonReader;
import io.avaje.json.JsonWriter;
import io.avaje.jsonb.CustomAdapter;
import io.avaje.jsonb.Jsonb;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/** Reads and writes {@code linux.seccomp} inside an OCI specification. */
@CustomAdapter
public final class LinuxSeccompAdapter implements JsonAdapter<LinuxSeccomp> {
    /** The form that avaje-jsonb's generated code calls; no other adapter is needed here. */
    public LinuxSeccompAdapter(Jsonb jsonb) {
        Objects.requireNonNull(jsonb);
    }

    @Override
    public LinuxSeccomp fromJson(JsonReader reader) {
        return ProfileJson.resolved(JsonElement.read(reader, "linux.seccomp"));
    }

    @Override
    public void toJson(JsonWriter writer, LinuxSeccomp seccomp) {
        writer.beginObject();
        action(writer, seccomp.defaultAction(), "defaultAction", "defaultErrnoRet");
        strings(
                writer,
                "architectures",
                seccomp.architectures().stream().map(Architecture::ociName).toList());
        strings(
                writer,
                "flags",
                seccomp.flags().stream().map(FilterFlag::ociName).sorted().toList());
        writer.name("syscalls");
        writer.beginArray();
        for (SyscallRule rule : seccomp.rules()) {
            rule(writer, rule);
        }
        writer.endArray();
        writer.endObject();
    }

    private static void rule(JsonWriter writer, SyscallRule rule) {
        writer.beginObject();
        strings(writer, "names", rule.names());
        action(writer, rule.action(), "action", "errnoRet");
        if (!rule.arguments().isEmpty()) {
            writer.name("args");
            writer.beginArray();
            rule.arguments().forEach(check -> check(writer, check));
            writer.endArray();
        }
        writer.endObject();
    }

    private static void check(JsonWriter writer, ArgumentCheck check) {
        writer.beginObject();
        writer.name("index");
        writer.value(check.index());
        writer.name("value");
        writer.rawValue(Long.toUnsignedString(check.value()));
        writer.name("valueTwo");
        writer.rawValue(Long.toUnsignedString(check.valueTwo()));
        writer.name("op");
        writer.value(check.operator().ociName());
        writer.endObject();
    }

    private static void action(JsonWriter writer, Action action, String member, String dataMember) {
        writer.name(member);
        writer.value(action.kind().ociName());
        if (action.kind().takesData()) {
            writer.name(dataMember);
            writer.value(action.data());
        }
    }

    private static void strings(JsonWriter writer, String member, Collection<String> values) {
        writer.name(member);
        writer.beginArray();
        List.copyOf(values).forEach(writer::value);
        writer.endArray();
    }
}
