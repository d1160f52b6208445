package io.whalebox.linux;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** Writes to a descriptor; closing it leaves the descriptor to its owner. Writes of several threads stay whole. */
public final class FdOutputStream extends OutputStream {
    private static final int BUFFER = 64 * 1024;

    private final Fd fd;

    public FdOutputStream(Fd fd) {
        this.fd = fd;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(Math.clamp(length, 1, BUFFER));
            int done = 0;
            while (done < length) {
                int piece = Math.min(length - done, BUFFER);
                Fields.setBytes(buffer, 0, bytes, offset + done, piece);
                done += write(buffer, piece);
            }
        }
    }

    private int write(MemorySegment buffer, int length) throws IOException {
        while (true) {
            long written = Kernel.attempt(Syscall.WRITE, fd.number(), buffer.address(), length);
            if (written == -Errno.EAGAIN.number()) {
                // Another program that shares it has made it non-blocking.
                Poll.await(List.of(fd), Poll.POLLOUT, Duration.ofDays(1));
            } else if (written < 0) {
                throw new IOException(Errno.of((int) -written).message());
            } else {
                return (int) written;
            }
        }
    }
}
