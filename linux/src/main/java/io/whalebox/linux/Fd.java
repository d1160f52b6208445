package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open file descriptor, closed on exec, and closed once however often {@link #close} is called: the number may
 * belong to someone else right after.
 */
public final class Fd implements AutoCloseable {
    private static final int F_DUPFD_CLOEXEC = 1030;

    private final int number;
    private final AtomicBoolean open = new AtomicBoolean(true);

    private Fd(int number) {
        this.number = number;
    }

    /** Takes ownership of a descriptor that a system call returned. */
    public static Fd owning(int number) {
        return new Fd(number);
    }

    /**
     * Opens a path of the host (open(2)); the descriptor closes on exec.
     *
     * @param flags of {@link OpenFlags}
     */
    public static Fd open(String path, int flags) {
        return open(path, flags, 0);
    }

    public static Fd open(String path, int flags, int mode) {
        long address = Scratch.ofThread().path(RawText.bytes(path));
        return owning(
                (int) Kernel.call(Syscall.OPENAT, path, Kernel.AT_FDCWD, address, flags | OpenFlags.O_CLOEXEC, mode));
    }

    /** A copy of a descriptor that this process was born with, such as standard output. */
    public static Fd copyOf(int number) {
        int aboveStandardStreams = 3;
        return owning((int)
                Kernel.call(Syscall.FCNTL, "descriptor " + number, number, F_DUPFD_CLOEXEC, aboveStandardStreams));
    }

    /** The number, while open. */
    public int number() {
        if (!open.get()) {
            throw new IllegalStateException("descriptor " + number + " is closed");
        }
        return number;
    }

    /**
     * Reads once (read(2)).
     *
     * @return how many bytes arrived; 0 at the end of the file
     */
    public int read(MemorySegment buffer) {
        return (int) Kernel.call(Syscall.READ, this, number(), buffer.address(), buffer.byteSize());
    }

    /** Writes all of it, however many calls that takes. */
    public void write(MemorySegment buffer) {
        long done = 0;
        while (done < buffer.byteSize()) {
            done += Kernel.call(Syscall.WRITE, this, number(), buffer.address() + done, buffer.byteSize() - done);
        }
    }

    public void write(byte[] bytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Math.max(1, bytes.length)).asSlice(0, bytes.length);
            Fields.setBytes(buffer, 0, bytes, 0, bytes.length);
            write(buffer);
        }
    }

    /** Another descriptor for the same open file, with a number of at least {@code lowest}. */
    public Fd duplicate(int lowest) {
        return owning((int) Kernel.call(Syscall.FCNTL, this, number(), F_DUPFD_CLOEXEC, lowest));
    }

    @Override
    public void close() {
        if (open.getAndSet(false)) {
            // An error here is of an earlier write, and the descriptor is gone all the same (close(2)).
            Kernel.attempt(Syscall.CLOSE, number);
        }
    }

    @Override
    public String toString() {
        return switch (number) {
            case 0 -> "standard input";
            case 1 -> "standard output";
            case 2 -> "standard error";
            default -> "descriptor " + number;
        };
    }
}
