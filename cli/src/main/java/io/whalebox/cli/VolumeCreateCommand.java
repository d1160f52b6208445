package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.engine.volume.Volume;
import io.whalebox.engine.volume.VolumeName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** {@code whalebox volume create}. */
final class VolumeCreateCommand implements Command {
    private static final Flag<String> DRIVER = Flag.text("driver", "Driver of the volume; there is \"local\"")
            .shorthand('d')
            .standard("\"local\"");
    private static final Flag<String> NAME = Flag.text("name", "Name of the volume, which can be an argument too");
    private static final Flag<String> LABEL = Flag.list("label", "list", RunValues::label, "Attach a label");
    private static final Flag<String> OPTION = Flag.list(
                    "opt",
                    "map",
                    Function.identity(),
                    "Mount something instead of a directory of its own: type=…, device=…, o=OPTIONS")
            .shorthand('o');

    @Override
    public List<String> names() {
        return List.of("volume create");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] [VOLUME]";
    }

    @Override
    public String summary() {
        return "Create a volume";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(DRIVER, NAME, LABEL, OPTION);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.between(0, 1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        String named = line.value(NAME).orElse("");
        if (!named.isEmpty() && !line.arguments().isEmpty()) {
            throw Strconv.invalid("conflicting options: cannot specify a volume-name through both --name and as a"
                    + " positional arg");
        }
        Map<String, String> labels = pairs(line.values(LABEL));
        Map<String, String> options = pairs(line.values(OPTION));
        String wanted = line.arguments().isEmpty() ? named : line.arguments().getFirst();
        VolumeName name;
        if (wanted.isEmpty()) {
            labels.put(Volume.ANONYMOUS_LABEL, "");
            name = VolumeName.random();
        } else {
            name = new VolumeName(wanted);
        }
        requireLocal(name.text(), line.value(DRIVER).orElse(Volume.DRIVER));
        try (Engine engine = Store.open(console)) {
            var _ = engine.volumes().create(name, labels, options);
            console.out().println(name);
        }
        return 0;
    }

    static void requireLocal(String name, String driver) {
        if (!driver.isEmpty() && !driver.equals(Volume.DRIVER)) {
            throw Strconv.invalid("create " + name + ": error looking up volume plugin " + driver + ": plugin "
                    + Strconv.quote(driver) + " not found");
        }
    }

    /** {@code key=value} each; what has no {@code =} has an empty value. */
    static Map<String, String> pairs(List<String> texts) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String text : texts) {
            int equals = text.indexOf('=');
            pairs.put(equals < 0 ? text : text.substring(0, equals), equals < 0 ? "" : text.substring(equals + 1));
        }
        return pairs;
    }
}
