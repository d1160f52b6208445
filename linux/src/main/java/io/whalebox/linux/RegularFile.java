package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;

/** A regular file that is open for writing, and what can be done to it without its name. */
public final class RegularFile implements AutoCloseable {
    private static final int BUFFER_SIZE = 256 * 1024;
    private static final ThreadLocal<MemorySegment> BUFFER =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(BUFFER_SIZE));
    private static final int SEEK_SET = 0;

    private final Fd fd;

    private RegularFile(Fd fd) {
        this.fd = fd;
    }

    /**
     * Creates a file that must not be there yet, not even as a link.
     *
     * @param mode before the umask
     */
    public static RegularFile create(Directory directory, FileName name, int mode) {
        return new RegularFile(directory.open(name, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_EXCL, mode));
    }

    public Fd fd() {
        return fd;
    }

    /** Writes all of it at the file's position, however many calls that takes. */
    public void write(byte[] bytes, int offset, int length) {
        MemorySegment buffer = BUFFER.get();
        for (int done = 0; done < length; ) {
            int part = Math.min(length - done, BUFFER_SIZE);
            Fields.setBytes(buffer, 0, bytes, offset + done, part);
            fd.write(buffer.asSlice(0, part));
            done += part;
        }
    }

    /** Where the next write goes; what is left out is a hole that reads as zeros (lseek(2)). */
    public void seek(long position) {
        Kernel.call(Syscall.LSEEK, fd, fd.number(), position, SEEK_SET);
    }

    /** Sets its size; growing it makes a hole (ftruncate(2)). */
    public void truncate(long size) {
        Kernel.call(Syscall.FTRUNCATE, fd, fd.number(), size);
    }

    public void chmod(int mode) {
        Kernel.call(Syscall.FCHMOD, fd, fd.number(), mode);
    }

    /** Sets its owner; the kernel takes set-uid bits and file capabilities away then. */
    public void chown(int uid, int gid) {
        Kernel.call(Syscall.FCHOWN, fd, fd.number(), uid, gid);
    }

    public void setAttribute(String attribute, byte[] value) {
        ExtendedAttributes.set(fd, attribute, value);
    }

    public void setTimes(Instant accessed, Instant modified) {
        long times = Scratch.ofThread().times(accessed, modified);
        Kernel.call(Syscall.UTIMENSAT, fd, fd.number(), 0, times, 0);
    }

    @Override
    public void close() {
        fd.close();
    }
}
