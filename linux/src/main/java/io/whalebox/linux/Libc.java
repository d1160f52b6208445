package io.whalebox.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The two C functions that everything here stands on ({@code native/bridge.c}): a system call, and posix_spawn(3), the
 * only way to start a process from a program that has threads already.
 *
 * <p>They are called through JNI: see {@code docs/decisions/system-calls-through-jni.md}.
 */
final class Libc {
    /** Names the library where it is installed. A program that has only jars does without. */
    private static final String PROPERTY = "whalebox.bridge";

    private static final String RESOURCE = "/io/whalebox/native/libwhalebox.so";

    static {
        load();
    }

    private Libc() {}

    /** The result of a system call, or a negative errno. Repeats an interrupted one. */
    static native long syscall(long number, long a, long b, long c, long d, long e, long f);

    /**
     * Starts a program.
     *
     * @param path address of a C string
     * @param argv address of an array of addresses of C strings, the last one 0
     * @param descriptors address of an array of {@code count} ints
     * @return the process id, or a negative errno
     */
    static native int spawn(long path, long argv, long descriptors, int count);

    private static void load() {
        String installed = System.getProperty(PROPERTY, "");
        if (!installed.isEmpty()) {
            System.load(installed);
            return;
        }
        try (InputStream resource = Libc.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("this build of whalebox has no " + RESOURCE);
            }
            // Nobody but this user can write there in between, and once it is loaded the name is not needed.
            Path file = Files.createTempFile("whalebox", ".so");
            try {
                Files.copy(resource, file, StandardCopyOption.REPLACE_EXISTING);
                System.load(file.toString());
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot unpack the library that calls the kernel: make java.io.tmpdir writable, or unpack it and"
                            + " name it by -D" + PROPERTY,
                    e);
        }
    }
}
