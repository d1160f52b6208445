package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * Native memory of one thread for the arguments of one system call, so that unpacking a hundred thousand files
 * allocates nothing native for their names. Each accessor has a place of its own; what it wrote is good until the
 * same thread uses it again.
 */
final class Scratch {
    /** The longest path that the kernel takes, with its final zero byte (PATH_MAX). */
    static final int PATH_MAX = 4096;

    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    private final MemorySegment memory = Arena.ofAuto().allocate(2 * PATH_MAX + Stat.STRUCT_SIZE, 8);
    private final MemorySegment first = memory.asSlice(0, PATH_MAX);
    private final MemorySegment second = memory.asSlice(PATH_MAX, PATH_MAX);
    private final MemorySegment struct = memory.asSlice(2 * PATH_MAX, Stat.STRUCT_SIZE);

    static Scratch ofThread() {
        return OF_THREAD.get();
    }

    /** The address of this path as a C string. */
    long path(byte[] path) {
        return write(path, first);
    }

    /** The same in a second place, for calls that take two. */
    long secondPath(byte[] path) {
        return write(path, second);
    }

    private static long write(byte[] path, MemorySegment place) {
        if (path.length >= PATH_MAX) {
            throw new LinuxException("path", Errno.ENAMETOOLONG, "of " + path.length + " bytes");
        }
        for (byte b : path) {
            if (b == 0) {
                // The kernel would take only what stands before it: another file than the caller checked.
                throw new LinuxException("path", Errno.EINVAL, FileName.printable(path));
            }
        }
        Fields.setBytes(place, 0, path, 0, path.length);
        Fields.setByte(place, path.length, (byte) 0);
        return place.address();
    }

    /**
     * The address of a path to an entry of an open directory, for the calls that have no form with a descriptor: the
     * link in /proc leads to the directory that is open, whatever became of its path.
     */
    long pathThrough(Fd directory, FileName name) {
        byte[] entry = name.shared();
        int length = writePathTo(directory);
        Fields.setByte(first, length, (byte) '/');
        Fields.setBytes(first, length + 1L, entry, 0, entry.length);
        Fields.setByte(first, length + 1L + entry.length, (byte) 0);
        return first.address();
    }

    /** The address of a path that leads to what is open under this descriptor, also when that is a link itself. */
    long pathTo(Fd open) {
        writePathTo(open);
        return first.address();
    }

    private int writePathTo(Fd open) {
        byte[] path = ("/proc/self/fd/" + open.number()).getBytes(StandardCharsets.US_ASCII);
        write(path, first);
        return path.length;
    }

    /** Room for a structure that the kernel fills. */
    MemorySegment struct() {
        return struct;
    }

    /** The address of the two {@code struct timespec} of utimensat(2). */
    long times(Instant accessed, Instant modified) {
        Fields.setLong(struct, 0, accessed.getEpochSecond());
        Fields.setLong(struct, 8, accessed.getNano());
        Fields.setLong(struct, 16, modified.getEpochSecond());
        Fields.setLong(struct, 24, modified.getNano());
        return struct.address();
    }

    /** The address of a {@code struct open_how} of openat2(2). */
    long openHow(long flags, long mode, long resolve) {
        Fields.setLong(struct, 0, flags);
        Fields.setLong(struct, 8, mode);
        Fields.setLong(struct, 16, resolve);
        return struct.address();
    }

    static final int OPEN_HOW_SIZE = 24;
}
