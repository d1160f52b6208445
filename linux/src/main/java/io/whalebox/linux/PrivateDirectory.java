package io.whalebox.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The directories of a store: for their owner alone, since images hold programs with set-uid bits, and secrets
 * (CVE-2021-41091).
 */
public final class PrivateDirectory {
    private PrivateDirectory() {}

    /** Makes a directory and those above it, unless it is there, which is looked at first: it nearly always is. */
    public static Path make(Path directory) {
        try {
            return Files.isDirectory(directory)
                    ? directory
                    : Files.createDirectories(
                            directory,
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
