package io.whalebox.cli;

import io.whalebox.engine.ContainerSpec.MountSpec;
import io.whalebox.engine.volume.VolumeName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * {@code -v [SOURCE:]TARGET[:OPTIONS]}: a file or directory of the host, a volume by its name, or a new volume, mounted in
 * the container.
 */
final class VolumeFlag {
    static final Set<String> PROPAGATIONS = Set.of("shared", "rshared", "slave", "rslave", "private", "rprivate");

    /** Hints to Docker's virtual machines on other systems; on Linux they have no meaning there either. */
    private static final Set<String> CONSISTENCIES = Set.of("cached", "delegated", "consistent", "default");

    static final String DEFAULT_PROPAGATION = "rprivate";

    private VolumeFlag() {}

    /**
     * Reads one.
     *
     * @param directory that a source such as {@code ./data} is relative to
     */
    static MountSpec parse(String text, Path directory) {
        if (text.isEmpty()) {
            throw Strconv.invalid("invalid empty volume spec");
        }
        String[] parts = text.split(":", -1);
        if (parts.length > 3) {
            throw Strconv.invalid("invalid spec: " + text + ": too many colons");
        }
        if (parts.length == 1) {
            return MountSpec.Volume.of("", target(text, text), false);
        }
        String target = target(text, parts[1]);
        Options options = parts.length == 3 ? Options.parse(parts[2]) : Options.NONE;
        if (isName(parts[0])) {
            return volume(text, parts[0], target, options);
        }
        if (options.noCopy()) {
            throw Strconv.invalid("invalid volume specification: '" + text
                    + "': nocopy is for volumes: a directory of the host is never copied to");
        }
        String source = source(parts[0], directory);
        // Mounts below the source are no less the user's data than the source itself (Docker 25 and later).
        MountSpec.Access access = options.readOnly() ? MountSpec.Access.READ_ONLY : MountSpec.Access.READ_WRITE;
        return new MountSpec.Bind(
                source, target, access, options.propagation().orElse(DEFAULT_PROPAGATION), true, true);
    }

    private static MountSpec.Volume volume(String text, String name, String target, Options options) {
        if (name.isEmpty()) {
            throw Strconv.invalid("invalid volume specification: '" + text + "': empty section between colons");
        }
        if (options.propagation().isPresent()) {
            throw Strconv.invalid("invalid volume specification: '" + text + "': invalid mode: "
                    + options.propagation().get() + " is for directories of the host");
        }
        return new MountSpec.Volume(
                new VolumeName(name).text(), target, options.readOnly(), options.noCopy(), "", Map.of(), Map.of());
    }

    /** Whether it is no path: those are absolute or begin with a dot. */
    private static boolean isName(String source) {
        return !source.startsWith("/")
                && !source.equals(".")
                && !source.equals("..")
                && !source.startsWith("./")
                && !source.startsWith("../");
    }

    private static String source(String source, Path directory) {
        return source.startsWith("/")
                ? source
                : directory.resolve(source).normalize().toString();
    }

    static String target(String text, String target) {
        if (!target.startsWith("/")) {
            throw Strconv.invalid(
                    "invalid volume specification: '" + text + "': mount path must be absolute: '" + target + "'");
        }
        String normal = Path.of(target).normalize().toString();
        if (normal.equals("/")) {
            throw Strconv.invalid(
                    "invalid volume specification: '" + text + "': invalid specification: destination can't be '/'");
        }
        return normal;
    }

    private record Options(boolean readOnly, Optional<String> propagation, boolean noCopy) {
        static final Options NONE = new Options(false, Optional.empty(), false);

        static Options parse(String text) {
            Optional<Boolean> readOnly = Optional.empty();
            Optional<String> propagation = Optional.empty();
            boolean noCopy = false;
            for (String option : text.split(",", -1)) {
                if (option.equals("ro") || option.equals("rw")) {
                    if (readOnly.isPresent()) {
                        throw invalid(text);
                    }
                    readOnly = Optional.of(option.equals("ro"));
                } else if (PROPAGATIONS.contains(option)) {
                    if (propagation.isPresent()) {
                        throw invalid(text);
                    }
                    propagation = Optional.of(option);
                } else if (option.equals("nocopy") || option.equals("copy")) {
                    noCopy = option.equals("nocopy");
                } else if (option.equals("z") || option.equals("Z")) {
                    refuseUnderSelinux(option);
                } else if (!CONSISTENCIES.contains(option)) {
                    throw invalid(text);
                }
            }
            return new Options(readOnly.orElse(false), propagation, noCopy);
        }

        /** Where there are no labels, there is nothing to relabel, and Docker does not either. */
        private static void refuseUnderSelinux(String option) {
            if (Files.exists(Path.of("/sys/fs/selinux/enforce"))) {
                throw Strconv.invalid("volume option " + option
                        + " is not supported: relabel the source with chcon -t container_file_t");
            }
        }

        private static RuntimeException invalid(String text) {
            return Strconv.invalid("invalid mode: " + text);
        }
    }
}
