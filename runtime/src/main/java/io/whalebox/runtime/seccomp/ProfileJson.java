package io.whalebox.runtime.seccomp;

import io.avaje.json.JsonException;
import io.avaje.json.JsonReader;
import io.avaje.json.stream.JsonStream;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Capability;
import io.whalebox.runtime.CapabilitySet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Docker's profile format, and {@code linux.seccomp} of the OCI runtime specification, which is the same without
 * conditions. As both require, members that are not known are passed over.
 */
final class ProfileJson {
    /** Docker's own profile has 13 KiB. */
    static final int MAX_BYTES = 1 << 20;

    private static final int EPERM = 1;

    private ProfileJson() {}

    /** The text of a file that is a profile, without the space between its words. */
    static String text(Path file) {
        try (InputStream input = Files.newInputStream(file)) {
            byte[] bytes = input.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw invalid("it is larger than " + MAX_BYTES + " bytes");
            }
            var _ = parse(bytes);
            return compact(new String(bytes, StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            throw new WhaleboxException(
                    ErrorKind.NOT_FOUND,
                    "read seccomp profile " + JsonElement.shown(file.toString()) + ": no such file",
                    e);
        } catch (IOException e) {
            throw about(
                    file, ErrorKind.INVALID, Optional.ofNullable(e.getMessage()).orElse("input error"), e);
        } catch (WhaleboxException e) {
            throw about(file, e.kind(), Optional.ofNullable(e.getMessage()).orElse(""), e);
        }
    }

    private static String compact(String json) {
        StringBuilder compact = new StringBuilder(json.length());
        boolean quoted = false;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            if (quoted && c == '\\') {
                compact.append(c);
                c = json.charAt(++i);
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted && Character.isWhitespace(c)) {
                continue;
            }
            compact.append(c);
        }
        return compact.toString();
    }

    private static WhaleboxException about(Path file, ErrorKind kind, String problem, Exception cause) {
        return new WhaleboxException(
                kind, "read seccomp profile " + JsonElement.shown(file.toString()) + ": " + problem, cause);
    }

    static SeccompProfile parse(byte[] json) {
        JsonElement root;
        try (JsonReader reader = JsonStream.builder().build().reader(json)) {
            root = JsonElement.read(reader, "");
            if (reader.hasNextStreamElement()) {
                throw invalid("there is something after the end of the profile");
            }
        } catch (JsonException e) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "it is not JSON: "
                            + oneLine(Optional.ofNullable(e.getMessage()).orElse("malformed")),
                    e);
        }
        return profile(root);
    }

    /** The parser's messages quote what they stumbled over. */
    private static String oneLine(String message) {
        String shown = JsonElement.shown(message);
        return shown.substring(1, shown.length() - 1);
    }

    private static SeccompProfile profile(JsonElement root) {
        refuseListener(root);
        Map<Architecture, List<Architecture>> machines = new EnumMap<>(Architecture.class);
        root.list("archMap", entry -> entry).forEach(entry -> {
            JsonElement machine = required(entry, "architecture");
            List<Architecture> others = entry.list("subArchitectures", ProfileJson::architecture).stream()
                    .flatMap(Optional::stream)
                    .toList();
            architecture(machine).ifPresent(a -> machines.put(a, others));
        });
        List<Architecture> architectures = architectures(root);
        if (!machines.isEmpty() && !architectures.isEmpty()) {
            throw invalid("both architectures and archMap are given; use either of them");
        }
        return new SeccompProfile(
                action(root, "defaultAction", "defaultErrnoRet"),
                machines,
                architectures,
                flags(root),
                root.list("syscalls", ProfileJson::rule));
    }

    /** The OCI form. */
    static LinuxSeccomp resolved(JsonElement root) {
        refuseListener(root);
        return new LinuxSeccomp(
                action(root, "defaultAction", "defaultErrnoRet"),
                architectures(root),
                flags(root),
                root.list("syscalls", ProfileJson::syscallRule));
    }

    private static void refuseListener(JsonElement root) {
        root.member("listenerPath").filter(path -> !path.string().isEmpty()).ifPresent(path -> {
            throw path.invalid("asks for a supervisor of system calls, which Whalebox does not support; remove it");
        });
    }

    private static List<Architecture> architectures(JsonElement root) {
        return root.list("architectures", ProfileJson::architecture).stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /** Empty for one that is known but can never meet a machine of ours. */
    private static Optional<Architecture> architecture(JsonElement name) {
        Optional<Architecture> architecture = Architecture.ofOciName(name.string());
        if (architecture.isEmpty() && !Architecture.isForeign(name.string())) {
            throw name.invalid("is not an architecture; the names are like SCMP_ARCH_X86_64");
        }
        return architecture;
    }

    private static Set<FilterFlag> flags(JsonElement root) {
        if (root.member("flags").isEmpty()) {
            return LinuxSeccomp.DEFAULT_FLAGS;
        }
        Set<FilterFlag> flags = EnumSet.noneOf(FilterFlag.class);
        root.list("flags", flag -> flag).forEach(flag -> {
            switch (flag.string()) {
                case "SECCOMP_FILTER_FLAG_LOG" -> flags.add(FilterFlag.LOG);
                case "SECCOMP_FILTER_FLAG_SPEC_ALLOW" -> flags.add(FilterFlag.SPEC_ALLOW);
                case "SECCOMP_FILTER_FLAG_TSYNC" -> {
                    // Extends the filter to the caller's other threads. The process that installs ours has one thread.
                }
                case "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" ->
                    throw flag.invalid("concerns supervisors of system calls, which Whalebox does not support");
                default -> throw flag.invalid("is not a flag; the names are like SECCOMP_FILTER_FLAG_LOG");
            }
        });
        return flags;
    }

    private static SeccompProfile.Rule rule(JsonElement rule) {
        return new SeccompProfile.Rule(
                syscallRule(rule),
                rule.member("includes").map(ProfileJson::condition).orElse(Condition.NONE),
                rule.member("excludes").map(ProfileJson::condition).orElse(Condition.NONE));
    }

    private static SyscallRule syscallRule(JsonElement rule) {
        List<String> names = new ArrayList<>(rule.list("names", JsonElement::string));
        Optional<JsonElement> name = rule.member("name");
        if (name.isPresent() && !names.isEmpty()) {
            throw rule.invalid("both name and names are given; use either of them");
        }
        name.ifPresent(n -> names.add(n.string()));
        if (names.isEmpty()) {
            throw rule.invalid("names is missing or empty");
        }
        return new SyscallRule(names, action(rule, "action", "errnoRet"), rule.list("args", ProfileJson::check));
    }

    private static Action action(JsonElement parent, String member, String dataMember) {
        JsonElement name = required(parent, member);
        if (name.string().equals("SCMP_ACT_NOTIFY")) {
            throw name.invalid("asks for a supervisor of system calls, which Whalebox does not support");
        }
        Action.Kind kind = Action.Kind.ofOciName(name.string())
                .orElseThrow(() -> name.invalid("is not an action; the names are like SCMP_ACT_ALLOW"));
        Optional<JsonElement> data = parent.member(dataMember);
        if (!kind.takesData()) {
            data.ifPresent(d -> {
                throw d.invalid("is of no use to " + name.string() + "; remove it");
            });
            return new Action(kind, 0);
        }
        int limit = kind == Action.Kind.ERRNO ? Action.MAX_ERRNO : Action.MAX_DATA;
        return new Action(kind, data.map(d -> d.number(limit)).orElse(EPERM));
    }

    private static ArgumentCheck check(JsonElement check) {
        JsonElement operator = required(check, "op");
        return new ArgumentCheck(
                required(check, "index").number(ArgumentCheck.MAX_ARGUMENTS - 1),
                ArgumentCheck.Operator.ofOciName(operator.string())
                        .orElseThrow(() -> operator.invalid("is not a comparison; the names are like SCMP_CMP_EQ")),
                required(check, "value").unsignedLong(),
                check.member("valueTwo").map(JsonElement::unsignedLong).orElse(0L));
    }

    private static Condition condition(JsonElement condition) {
        return new Condition(
                CapabilitySet.of(condition.list("caps", ProfileJson::capability)),
                condition.list("arches", JsonElement::string),
                condition
                        .member("minKernel")
                        .filter(version -> !version.string().isEmpty())
                        .map(version -> KernelVersion.parse(version.string())
                                .orElseThrow(() -> version.invalid("is not a kernel version like 5.14"))));
    }

    private static Capability capability(JsonElement name) {
        return Capability.parse(name.string())
                .orElseThrow(() -> name.invalid("is not a capability; the names are like CAP_SYS_ADMIN"));
    }

    private static JsonElement required(JsonElement parent, String member) {
        return parent.member(member).orElseThrow(() -> parent.invalid(member + " is missing"));
    }

    private static WhaleboxException invalid(String problem) {
        return new WhaleboxException(ErrorKind.INVALID, problem);
    }
}
