package io.whalebox.engine.volume;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Where the content of a volume is, as the options of Docker's {@code local} driver say it. */
public sealed interface VolumeSource {
    /** In its own directory in the store. */
    record Own() implements VolumeSource {}

    /** In a directory of the host: {@code o=bind}. */
    record Bind(String device, List<String> options) implements VolumeSource {
        public Bind {
            options = List.copyOf(options);
        }
    }

    /** In a file system of its own: {@code type=tmpfs}, {@code nfs}, {@code ext4} and others that the kernel has. */
    record FileSystem(String type, String device, List<String> options) implements VolumeSource {
        public FileSystem {
            options = List.copyOf(options);
        }
    }

    /**
     * Reads the options.
     *
     * @param name of the volume, for messages
     * @throws WhaleboxException INVALID, in Docker's words
     */
    static VolumeSource of(String name, Map<String, String> options) {
        for (String option : new TreeSet<>(options.keySet())) {
            switch (option) {
                case "type", "device", "o" -> {}
                case "size" ->
                    throw invalid(
                            name, "quota size requested but no quota support (for a tmpfs, -o o=size=… is meant)");
                default -> throw invalid(name, "invalid option: \"" + option + "\"");
            }
        }
        if (options.isEmpty()) {
            return new Own();
        }
        // Docker takes none of them without these two.
        for (String required : List.of("device", "type")) {
            if (options.getOrDefault(required, "").isEmpty()) {
                throw invalid(name, "missing required option: \"" + required + "\"");
            }
        }
        String device = options.getOrDefault("device", "");
        List<String> rest = List.of(options.getOrDefault("o", "").split(",", -1)).stream()
                .filter(option -> !option.isEmpty())
                .toList();
        Set<String> binds = Set.of("bind", "rbind");
        if (rest.stream().noneMatch(binds::contains)) {
            return new FileSystem(options.getOrDefault("type", ""), device, rest);
        }
        if (!device.startsWith("/")) {
            throw invalid(name, "invalid option: the device of a bind must be an absolute path: \"" + device + "\"");
        }
        return new Bind(
                device, rest.stream().filter(option -> !binds.contains(option)).toList());
    }

    private static WhaleboxException invalid(String name, String why) {
        return new WhaleboxException(ErrorKind.INVALID, "create " + name + ": " + why);
    }
}
