package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Extended attributes (xattr(7)) of an entry of an open directory, never of what a link leads to. The calls that take a
 * descriptor need the file opened for reading, which a link or a fifo cannot be, so these go through /proc.
 */
final class ExtendedAttributes {
    /** The longest value, and the longest list of names, that the kernel gives (XATTR_SIZE_MAX). */
    private static final int MAX_SIZE = 65536;

    private ExtendedAttributes() {}

    static void set(Fd directory, FileName name, String attribute, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            long path = Scratch.ofThread().pathThrough(directory, name);
            long key = Kernel.string(arena, attribute).address();
            Kernel.call(Syscall.LSETXATTR, name, path, key, bytes(arena, value), value.length, 0);
        }
    }

    static void set(Fd file, String attribute, byte[] value) {
        try (Arena arena = Arena.ofConfined()) {
            long key = Kernel.string(arena, attribute).address();
            Kernel.call(Syscall.FSETXATTR, file, file.number(), key, bytes(arena, value), value.length, 0);
        }
    }

    static Optional<byte[]> get(Fd directory, FileName name, String attribute) {
        try (Arena arena = Arena.ofConfined()) {
            long path = Scratch.ofThread().pathThrough(directory, name);
            long key = Kernel.string(arena, attribute).address();
            // Few attributes are longer than this, and the kernel copies only what there is.
            MemorySegment value = arena.allocate(256);
            long size = Kernel.attempt(Syscall.LGETXATTR, path, key, value.address(), value.byteSize());
            if (size == -Errno.ERANGE.number()) {
                value = arena.allocate(MAX_SIZE);
                size = Kernel.attempt(Syscall.LGETXATTR, path, key, value.address(), value.byteSize());
            }
            if (size == -Errno.ENODATA.number() || size == -Errno.ENOTSUP.number()) {
                return Optional.empty();
            }
            if (size < 0) {
                throw new LinuxException("lgetxattr", Errno.of((int) -size), name + " " + attribute);
            }
            return Optional.of(Fields.getBytes(value, 0, size));
        }
    }

    static List<String> list(Fd directory, FileName name) {
        try (Arena arena = Arena.ofConfined()) {
            long path = Scratch.ofThread().pathThrough(directory, name);
            MemorySegment names = arena.allocate(MAX_SIZE);
            long size = Kernel.attempt(Syscall.LLISTXATTR, path, names.address(), names.byteSize());
            if (size == -Errno.ENOTSUP.number()) {
                return List.of();
            }
            if (size < 0) {
                throw new LinuxException("llistxattr", Errno.of((int) -size), name.toString());
            }
            return split(Fields.getBytes(names, 0, size));
        }
    }

    /** The names of a list, each of which ends with a zero byte. */
    private static List<String> split(byte[] list) {
        List<String> names = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < list.length; i++) {
            if (list[i] == 0) {
                names.add(new String(list, start, i - start, StandardCharsets.UTF_8));
                start = i + 1;
            }
        }
        return names;
    }

    static void remove(Fd directory, FileName name, String attribute) {
        try (Arena arena = Arena.ofConfined()) {
            long path = Scratch.ofThread().pathThrough(directory, name);
            Kernel.call(
                    Syscall.LREMOVEXATTR,
                    name,
                    path,
                    Kernel.string(arena, attribute).address());
        }
    }

    private static long bytes(Arena arena, byte[] value) {
        MemorySegment segment = arena.allocate(Math.max(1, value.length));
        Fields.setBytes(segment, 0, value, 0, value.length);
        return segment.address();
    }
}
