package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;

/**
 * Copies everything from one descriptor to another. Between pipes, and between a pipe and a file or socket, the
 * kernel moves the pages and no byte passes through here (splice(2)). Blocks its thread: not for virtual threads.
 */
public final class Transfer {
    /** As much as the kernel may move at once. */
    private static final int AT_ONCE = 1 << 20;

    private static final int BUFFER = 64 * 1024;

    private static final Duration FOREVER = Duration.ofDays(10_000);

    /** Why it ended. */
    public enum End {
        /** Everything that there was has arrived. */
        SOURCE_ENDED,
        /** Nobody reads at the other end any more (EPIPE). */
        SINK_CLOSED
    }

    private Transfer() {}

    /**
     * Copies until one of them ends.
     *
     * @throws LinuxException for any failure but the expected ends
     */
    public static End copy(Fd source, Fd sink) {
        while (true) {
            long moved = Kernel.attempt(Syscall.SPLICE, source.number(), 0, sink.number(), 0, AT_ONCE, 0);
            if (moved == 0) {
                return End.SOURCE_ENDED;
            }
            if (moved < 0) {
                Errno errno = Errno.of((int) -moved);
                switch (errno) {
                    // Neither end is a pipe, or one is a terminal or was opened for appending. A terminal whose other
                    // side is gone says EIO, and only a read and a write of their own tell which of the two it is.
                    case EINVAL, EIO -> {
                        return copyThroughMemory(source, sink);
                    }
                    case EPIPE -> {
                        return End.SINK_CLOSED;
                    }
                    case EAGAIN -> await(source, sink);
                    default -> throw new LinuxException("splice", errno, source + " to " + sink);
                }
            }
        }
    }

    private static End copyThroughMemory(Fd source, Fd sink) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(BUFFER);
            while (true) {
                long read = Kernel.attempt(Syscall.READ, source.number(), buffer.address(), BUFFER);
                // The master of a terminal says EIO when nobody has the other side open any more.
                if (read == 0 || read == -Errno.EIO.number()) {
                    return End.SOURCE_ENDED;
                }
                if (read == -Errno.EAGAIN.number()) {
                    await(source, sink);
                } else if (read < 0) {
                    throw new LinuxException("read", Errno.of((int) -read), source.toString());
                } else if (!write(sink, buffer, read)) {
                    return End.SINK_CLOSED;
                }
            }
        }
    }

    private static boolean write(Fd sink, MemorySegment buffer, long length) {
        long done = 0;
        while (done < length) {
            long written = Kernel.attempt(Syscall.WRITE, sink.number(), buffer.address() + done, length - done);
            if (written == -Errno.EPIPE.number() || written == -Errno.EIO.number()) {
                return false;
            }
            if (written == -Errno.EAGAIN.number()) {
                awaitRoom(sink);
            } else if (written < 0) {
                throw new LinuxException("write", Errno.of((int) -written), sink.toString());
            } else {
                done += written;
            }
        }
        return true;
    }

    /** For descriptors that another program has made non-blocking: that is shared with whoever else has them. */
    private static void await(Fd source, Fd sink) {
        Poll.await(List.of(source), Poll.POLLIN, FOREVER);
        awaitRoom(sink);
    }

    private static void awaitRoom(Fd sink) {
        Poll.await(List.of(sink), Poll.POLLOUT, FOREVER);
    }
}
