package io.whalebox.linux;

import java.util.Optional;

/**
 * A lock on a directory that excludes everyone else who asks for it (flock(2)). The kernel takes it back when it is
 * closed or its process ends, however that ends.
 */
public final class FileLock implements AutoCloseable {
    private static final int LOCK_EX = 2;
    private static final int LOCK_NB = 4;

    private final Fd fd;

    private FileLock(Fd fd) {
        this.fd = fd;
    }

    /** Waits until nobody else has it. */
    public static FileLock on(Directory directory) {
        Fd fd = directory.readable();
        try {
            Kernel.call(Syscall.FLOCK, fd, fd.number(), LOCK_EX);
            return new FileLock(fd);
        } catch (LinuxException e) {
            fd.close();
            throw e;
        }
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

    @Override
    public void close() {
        fd.close();
    }
}
