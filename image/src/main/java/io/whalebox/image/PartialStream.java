package io.whalebox.image;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * A blob that is being fetched: first the bytes that an earlier attempt has left, then those of the source, which are
 * added to the former. All of them are hashed on the way, in whichever thread reads them.
 */
final class PartialStream extends InputStream {
    private final Descriptor blob;
    private final BlobSource source;
    private final FileChannel file;
    private final long resumedAt;
    private final MessageDigest hash = Digest.newHash();
    private Optional<InputStream> remote = Optional.empty();
    private long position;
    private volatile boolean ended;

    PartialStream(Partial partial, Descriptor blob, BlobSource source) {
        this.blob = blob;
        this.source = source;
        try {
            file = FileChannel.open(
                    partial.data(), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (file.size() > blob.size()) {
                file.truncate(0);
            }
            resumedAt = file.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether an earlier attempt has left anything. */
    boolean isResumed() {
        return resumedAt > 0;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] bytes, int offset, int length) throws IOException {
        if (position == blob.size() || length == 0) {
            return length == 0 ? 0 : -1;
        }
        if (ended) {
            throw new IOException("what was fetched of the layer " + blob.digest() + " is closed");
        }
        int wanted = (int) Math.min(length, blob.size() - position);
        int count = position < resumedAt
                ? file.read(ByteBuffer.wrap(bytes, offset, (int) Math.min(wanted, resumedAt - position)), position)
                : fetch(bytes, offset, wanted);
        if (count > 0) {
            hash.update(bytes, offset, count);
            position += count;
        }
        return count;
    }

    private int fetch(byte[] bytes, int offset, int length) throws IOException {
        if (remote.isEmpty()) {
            remote = Optional.of(source.open(blob, position));
        }
        int count = remote.get().read(bytes, offset, length);
        if (count > 0) {
            keep(ByteBuffer.wrap(bytes, offset, count));
        }
        return count;
    }

    private void keep(ByteBuffer bytes) {
        try {
            for (long at = position; bytes.hasRemaining(); ) {
                at += file.write(bytes, at);
            }
        } catch (ClosedByInterruptException e) {
            throw new WhaleboxException(ErrorKind.UNAVAILABLE, "fetching the layer was interrupted", e);
        } catch (IOException e) {
            // Not an error of what is read, which is what the reader would take an IOException for.
            throw new WhaleboxException(
                    ErrorKind.PRECONDITION, "cannot keep the layer in the store: " + e.getMessage(), e);
        }
    }

    /** Reads what is left, and says whether all of it together is what was announced. */
    synchronized Optional<WhaleboxException> verify() throws IOException {
        transferTo(OutputStream.nullOutputStream());
        Digest found = Digest.of(hash);
        if (position == blob.size() && found.equals(blob.digest())) {
            return Optional.empty();
        }
        return Optional.of(new WhaleboxException(
                ErrorKind.INVALID,
                "the layer does not match its digest: expected " + blob.digest() + " of " + blob.size()
                        + " bytes, found " + found + " of " + position + " bytes"));
    }

    /**
     * Does nothing: whoever unpacks may close in a thread of its own, while the rest is still to be verified.
     *
     * @see #end
     */
    @Override
    public void close() {}

    /** Closes the file and the source. Whoever still reads is told so, instead of opening the source again. */
    void end() throws IOException {
        ended = true;
        try (file) {
            if (remote.isPresent()) {
                remote.get().close();
            }
        }
    }
}
