package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A regular file that is read from its beginning to its end, with its holes known as such. */
public final class SourceFile implements AutoCloseable {
    private static final int BUFFER_SIZE = 256 * 1024;
    private static final int SEEK_SET = 0;
    private static final int SEEK_DATA = 3;

    private final Fd fd;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(BUFFER_SIZE);

    private SourceFile(Fd fd) {
        this.fd = fd;
    }

    /**
     * Opens a file, but no link to one.
     *
     * @throws LinuxException EINVAL when it is no regular file
     */
    public static SourceFile open(Directory directory, FileName name) {
        // Not blocking, in case it has become a fifo that nobody writes to.
        Fd fd = directory.open(name, OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK | OpenFlags.O_NOCTTY, 0);
        if (FileAttributes.stat(fd).type() != FileType.REGULAR) {
            fd.close();
            throw new LinuxException("open", Errno.EINVAL, name.toString());
        }
        return new SourceFile(fd);
    }

    /**
     * Reads on from where it is.
     *
     * @return how many bytes came; 0 at the end
     */
    public int read(byte[] into, int offset, int length) {
        int read = fd.read(buffer.asSlice(0, Math.min(length, BUFFER_SIZE)));
        Fields.getBytes(buffer, 0, into, offset, read);
        return read;
    }

    /**
     * Goes to the next place that holds data (lseek(2), SEEK_DATA).
     *
     * @param end taken where only a hole is left
     */
    public long seekData(long from, long end) {
        long data = Kernel.attempt(Syscall.LSEEK, fd.number(), from, SEEK_DATA);
        if (data < 0 || data > end) {
            // A file system that knows no holes says EINVAL, and has data everywhere.
            data = data == -Errno.ENXIO.number() || data > end ? end : from;
            Kernel.call(Syscall.LSEEK, fd, fd.number(), data, SEEK_SET);
        }
        return data;
    }

    @Override
    public void close() {
        arena.close();
        fd.close();
    }
}
