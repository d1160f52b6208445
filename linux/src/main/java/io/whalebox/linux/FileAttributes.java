package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.Optional;

/** What an inode says of a file, read and changed by the file's name in an open directory, never through a link. */
final class FileAttributes {
    private FileAttributes() {}

    static Optional<Stat> stat(Fd directory, FileName name) {
        Scratch scratch = Scratch.ofThread();
        MemorySegment statx = scratch.struct();
        long path = scratch.path(name.shared());
        int flags = Kernel.AT_SYMLINK_NOFOLLOW;
        long result = Kernel.attempt(Syscall.STATX, directory.number(), path, flags, Stat.BASIC, statx.address());
        if (result == -Errno.ENOENT.number()) {
            return Optional.empty();
        }
        if (result < 0) {
            throw new LinuxException("statx", Errno.of((int) -result), name.toString());
        }
        return Optional.of(Stat.parse(statx));
    }

    static Stat stat(Fd file) {
        Scratch scratch = Scratch.ofThread();
        MemorySegment statx = scratch.struct();
        long path = scratch.path(new byte[0]);
        Kernel.call(Syscall.STATX, file, file.number(), path, Kernel.AT_EMPTY_PATH, Stat.BASIC, statx.address());
        return Stat.parse(statx);
    }

    static byte[] read(Directory directory, FileName name, int limit) {
        // Not blocking, in case it is a fifo that nobody writes to; what it is shows only once it is open.
        try (Fd file = directory.open(name, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK | OpenFlags.O_NOCTTY, 0);
                Arena arena = Arena.ofConfined()) {
            Stat stat = stat(file);
            if (stat.type() != FileType.REGULAR) {
                throw new LinuxException("read", Errno.EINVAL, name.toString());
            }
            // The file may have grown since, so it is the bytes that count.
            MemorySegment buffer = arena.allocate(Math.min(limit, stat.size()) + 1);
            long done = 0;
            while (done < buffer.byteSize()) {
                int read = file.read(buffer.asSlice(done));
                if (read == 0) {
                    return Fields.getBytes(buffer, 0, done);
                }
                done += read;
            }
            throw new LinuxException("read", Errno.EFBIG, name.toString());
        }
    }

    static byte[] readlink(Fd directory, FileName name) {
        Scratch scratch = Scratch.ofThread();
        long path = scratch.path(name.shared());
        try (Arena arena = Arena.ofConfined()) {
            // A target is shorter than PATH_MAX on every file system, so this is never cut.
            MemorySegment target = arena.allocate(Scratch.PATH_MAX);
            long length = Kernel.call(
                    Syscall.READLINKAT, name, directory.number(), path, target.address(), target.byteSize());
            return Fields.getBytes(target, 0, length);
        }
    }

    static void chmod(Fd directory, FileName name, int mode) {
        // fchmodat(2) has no flags in the kernel and follows links, which is why the entry is opened first. A path
        // through /proc leads to what is open, and is refused for an open link.
        if (name.equals(FileName.SELF)) {
            Kernel.call(
                    Syscall.FCHMODAT,
                    name,
                    directory.number(),
                    Scratch.ofThread().path(name.shared()),
                    mode);
            return;
        }
        int flags = OpenFlags.O_PATH | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;
        Scratch scratch = Scratch.ofThread();
        long path = scratch.path(name.shared());
        try (Fd entry = Fd.owning((int) Kernel.call(Syscall.OPENAT, name, directory.number(), path, flags, 0))) {
            Kernel.call(Syscall.FCHMODAT, name, Kernel.AT_FDCWD, scratch.pathTo(entry), mode);
        }
    }

    static void chown(Fd directory, FileName name, int uid, int gid) {
        long path = Scratch.ofThread().path(name.shared());
        Kernel.call(Syscall.FCHOWNAT, name, directory.number(), path, uid, gid, Kernel.AT_SYMLINK_NOFOLLOW);
    }

    static void setTimes(Fd directory, FileName name, Instant accessed, Instant modified) {
        Scratch scratch = Scratch.ofThread();
        long path = scratch.path(name.shared());
        long times = scratch.times(accessed, modified);
        Kernel.call(Syscall.UTIMENSAT, name, directory.number(), path, times, Kernel.AT_SYMLINK_NOFOLLOW);
    }
}
