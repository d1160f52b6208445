package io.whalebox.linux;

import java.util.Optional;

/**
 * A lock on a directory, held alone or shared with others who share it (flock(2)). The kernel takes it back when it is
 * closed or its process ends, however that ends.
 */
public final class FileLock implements AutoCloseable {
    private static final int LOCK_SH = 1;
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;

    private final Fd fd;

    private FileLock(Fd fd) {
        this.fd = fd;
    }

    /** Waits until nobody else has it. */
    public static FileLock on(Directory directory) {
        return take(directory, LOCK_EX);
    }

    /** Waits until nobody has it alone, and then shares it with all who ask for it so. */
    public static FileLock sharedOn(Directory directory) {
        return take(directory, LOCK_SH);
    }

    /** Takes it, unless somebody has it. */
    public static Optional<FileLock> tryOn(Directory directory) {
        Fd fd = directory.readable();
        long result = Kernel.attempt(Syscall.FLOCK, fd.number(), LOCK_EX | LOCK_NB);
        if (result == 0) {
            return Optional.of(new FileLock(fd));
        }
        fd.close();
        if (result == -Errno.EAGAIN.number()) {
            return Optional.empty();
        }
        throw new LinuxException("flock", Errno.of((int) -result), directory.toString());
    }

    /**
     * Whether somebody has the lock of a directory for himself. The lock is shared for this moment, so that several who
     * ask don't take each other for him.
     *
     * @param path of a directory of the host, which need not be there
     */
    public static boolean isHeld(String path) {
        try (Fd fd = Fd.open(path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY)) {
            long result = Kernel.attempt(Syscall.FLOCK, fd.number(), LOCK_SH | LOCK_NB);
            if (result < 0 && result != -Errno.EAGAIN.number()) {
                throw new LinuxException("flock", Errno.of((int) -result), path);
            }
            return result < 0;
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    private static FileLock take(Directory directory, int operation) {
        Fd fd = directory.readable();
        try {
            Kernel.call(Syscall.FLOCK, fd, fd.number(), operation);
            return new FileLock(fd);
        } catch (LinuxException e) {
            fd.close();
            throw e;
        }
    }

    /** What holds it: a process that inherits this keeps the lock, also when it has been closed here. */
    public Fd descriptor() {
        return fd;
    }

    @Override
    public void close() {
        fd.close();
    }
}
