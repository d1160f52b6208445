package io.whalebox.linux;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** What a descriptor has to read, as a stream; closing it leaves the descriptor to its owner. One thread reads. */
public final class FdInputStream extends InputStream {
    private static final int BUFFER = 64 * 1024;

    private final Fd fd;
    private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER);

    public FdInputStream(Fd fd) {
        this.fd = fd;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (length == 0) {
            return 0;
        }
        long read = Kernel.attempt(Syscall.READ, fd.number(), buffer.address(), Math.min(length, BUFFER));
        while (read == -Errno.EAGAIN.number()) {
            // Another program that shares it has made it non-blocking.
            Poll.await(List.of(fd), Poll.POLLIN, Duration.ofDays(1));
            read = Kernel.attempt(Syscall.READ, fd.number(), buffer.address(), Math.min(length, BUFFER));
        }
        if (read < 0) {
            throw new IOException("read: " + Errno.of((int) -read).message());
        }
        Fields.getBytes(buffer, 0, bytes, offset, (int) read);
        return read == 0 ? -1 : (int) read;
    }
}
