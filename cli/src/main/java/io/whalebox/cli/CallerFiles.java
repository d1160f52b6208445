package io.whalebox.cli;

import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Files as the caller of a command means them. An engine that stays is another process: there {@code /dev/stdin} and
 * {@code /dev/fd/63}, which a shell's {@code <(...)} is, would be its own descriptors.
 *
 * @param directory that relative paths start from
 * @param process the caller's, if it is another one than this
 */
record CallerFiles(Path directory, OptionalInt process) {
    private static final Path OWN = Path.of("/proc/self");
    private static final Path DESCRIPTORS = Path.of("/dev/fd");

    Path file(String path) {
        Path file = directory.resolve(path);
        if (process.isEmpty()) {
            return file;
        }
        Path theirs = Path.of("/proc", Integer.toString(process.getAsInt()));
        Path normal = file.normalize();
        if (normal.startsWith(OWN)) {
            return theirs.resolve(OWN.relativize(normal));
        }
        if (normal.startsWith(DESCRIPTORS)) {
            return theirs.resolve("fd").resolve(DESCRIPTORS.relativize(normal));
        }
        return switch (normal.toString()) {
            case "/dev/stdin" -> theirs.resolve("fd/0");
            case "/dev/stdout" -> theirs.resolve("fd/1");
            case "/dev/stderr" -> theirs.resolve("fd/2");
            default -> file;
        };
    }
}
