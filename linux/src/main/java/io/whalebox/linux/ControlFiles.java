package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The small files and directories that the kernel makes up: cgroupfs, procfs, sysfs. A write is one command and must
 * be one write(2); a read gives a fresh answer each time. Paths are the host's own: nothing here guards against
 * hostile links, since only the kernel makes entries in these file systems.
 */
public final class ControlFiles {
    private static final int MAX_SIZE = 1 << 24;
    private static final int AT_REMOVEDIR = 0x200;
    private static final int DT_DIR = 4;

    private ControlFiles() {}

    /** Hands one command to the kernel. The file must exist: none is ever created. */
    public static void write(String path, String value) {
        try (Arena arena = Arena.ofConfined()) {
            int file = (int) Kernel.call(
                    Syscall.OPENAT,
                    path,
                    Kernel.AT_FDCWD,
                    Kernel.string(arena, path).address(),
                    OpenFlags.O_WRONLY | OpenFlags.O_CLOEXEC);
            try {
                MemorySegment text = Kernel.string(arena, value);
                Kernel.call(Syscall.WRITE, path, file, text.address(), text.byteSize() - 1);
            } finally {
                Kernel.attempt(Syscall.CLOSE, file);
            }
        }
    }

    /** All that the file says now. */
    public static String read(String path) {
        try (Fd file = Fd.open(path, OpenFlags.O_RDONLY)) {
            return readAll(file, path);
        }
    }

    /** The same, or nothing when there is no such file, or when what it describes is gone. */
    public static Optional<String> find(String path) {
        try {
            return Optional.of(read(path));
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENODEV) || e.is(Errno.ESRCH) || e.is(Errno.ENOTDIR)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** All that an open file says now, from its beginning; what {@link Poll} reports is news since this. */
    public static String reread(Fd file) {
        Kernel.call(Syscall.LSEEK, file, file.number(), 0, 0);
        return readAll(file, file.toString());
    }

    private static String readAll(Fd file, String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(4096);
            byte[] content = {};
            while (true) {
                int count = file.read(buffer);
                if (count == 0) {
                    return RawText.of(content);
                }
                if (content.length + count > MAX_SIZE) {
                    throw new LinuxException("read", Errno.EFBIG, path);
                }
                byte[] longer = Arrays.copyOf(content, content.length + count);
                Fields.getBytes(buffer, 0, longer, content.length, count);
                content = longer;
            }
        }
    }

    public static boolean exists(String path) {
        try (Arena arena = Arena.ofConfined()) {
            return Kernel.attempt(
                            Syscall.FACCESSAT2,
                            Kernel.AT_FDCWD,
                            Kernel.string(arena, path).address())
                    == 0;
        }
    }

    /**
     * Makes a directory (mkdir(2)), mode 0755.
     *
     * @return false when the name is taken already
     */
    public static boolean makeDirectory(String path) {
        try (Arena arena = Arena.ofConfined()) {
            long result = Kernel.attempt(
                    Syscall.MKDIRAT, Kernel.AT_FDCWD, Kernel.string(arena, path).address(), 0755);
            if (result == -Errno.EEXIST.number()) {
                return false;
            }
            return checked("mkdir", path, result);
        }
    }

    /**
     * Removes a directory (rmdir(2)).
     *
     * @return false when there was none
     */
    public static boolean removeDirectory(String path) {
        try (Arena arena = Arena.ofConfined()) {
            long result = Kernel.attempt(
                    Syscall.UNLINKAT,
                    Kernel.AT_FDCWD,
                    Kernel.string(arena, path).address(),
                    AT_REMOVEDIR);
            if (result == -Errno.ENOENT.number()) {
                return false;
            }
            return checked("rmdir", path, result);
        }
    }

    private static boolean checked(String call, String path, long result) {
        if (result < 0) {
            throw new LinuxException(call, Errno.of((int) -result), path);
        }
        return true;
    }

    /** The names of the directories in this one (getdents64(2)), in the kernel's order; none when it is gone. */
    public static List<String> subdirectories(String path) {
        List<String> names = new ArrayList<>();
        try (Arena arena = Arena.ofConfined();
                Fd directory = Fd.open(path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY)) {
            MemorySegment buffer = arena.allocate(16384, 8);
            while (true) {
                long size =
                        Kernel.call(Syscall.GETDENTS64, path, directory.number(), buffer.address(), buffer.byteSize());
                if (size == 0) {
                    return names;
                }
                for (long at = 0; at < size; at += Short.toUnsignedInt(Fields.getShort(buffer, at + 16))) {
                    String name = Fields.getString(buffer, at + 19);
                    if (Fields.getByte(buffer, at + 18) == DT_DIR && !name.equals(".") && !name.equals("..")) {
                        names.add(name);
                    }
                }
            }
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENODEV)) {
                return List.of();
            }
            throw e;
        }
    }
}
