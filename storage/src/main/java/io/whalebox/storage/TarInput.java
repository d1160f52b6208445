package io.whalebox.storage;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.nio.ByteBuffer;

/** The position in an archive's bytes: takes whole pieces from them, or says where they end too early. */
final class TarInput {
    private final TarBuffers buffers;
    private ByteBuffer current = ByteBuffer.allocate(0);
    private long offsetOfLimit;

    TarInput(TarBuffers buffers) {
        this.buffers = buffers;
    }

    /** How many bytes lie before this position. */
    long offset() {
        return offsetOfLimit - current.remaining();
    }

    /** Whether there are more bytes; waits for them. */
    boolean more() {
        if (!current.hasRemaining()) {
            current = buffers.next();
            offsetOfLimit += current.remaining();
        }
        return current.hasRemaining();
    }

    /**
     * The bytes that are at hand from this position on. What is taken of them moves the position.
     *
     * @param purpose what the archive lacks when it ends here
     */
    ByteBuffer some(String purpose) {
        if (!more()) {
            throw truncated(purpose);
        }
        return current;
    }

    void read(byte[] into, int start, int length, String purpose) {
        for (int done = 0; done < length; ) {
            ByteBuffer bytes = some(purpose);
            int part = Math.min(length - done, bytes.remaining());
            bytes.get(into, start + done, part);
            done += part;
        }
    }

    void skip(long length, String purpose) {
        for (long left = length; left > 0; ) {
            ByteBuffer bytes = some(purpose);
            int part = (int) Math.min(left, bytes.remaining());
            bytes.position(bytes.position() + part);
            left -= part;
        }
    }

    /**
     * Skips what there is of so many bytes: umoci leaves out the zeros behind the last entry, and Go's reader doesn't
     * miss them.
     */
    void skipUpTo(long length) {
        for (long left = length; left > 0 && more(); ) {
            int part = (int) Math.min(left, current.remaining());
            current.position(current.position() + part);
            left -= part;
        }
    }

    void skipToEnd() {
        while (more()) {
            current.position(current.limit());
        }
    }

    private WhaleboxException truncated(String purpose) {
        return new WhaleboxException(
                ErrorKind.INVALID, "the tar archive is truncated: it ends at byte " + offset() + " within " + purpose);
    }
}
