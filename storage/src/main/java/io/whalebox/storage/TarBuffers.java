package io.whalebox.storage;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/** An archive's bytes in order, a buffer at a time, so that content is handed on without being copied. */
interface TarBuffers {
    /** The next bytes, in an array and good until the next call; none are left when it is empty. */
    ByteBuffer next();

    /** Reads a stream on the calling thread. */
    static TarBuffers of(InputStream stream) {
        ByteBuffer buffer = ByteBuffer.allocate(128 * 1024);
        return () -> fill(buffer, stream);
    }

    /** Fills a buffer from its beginning; it stays not full only at the end of the stream. */
    static ByteBuffer fill(ByteBuffer buffer, InputStream stream) {
        try {
            int length = stream.readNBytes(buffer.array(), buffer.arrayOffset(), buffer.capacity());
            return buffer.clear().limit(length);
        } catch (IOException e) {
            // A decompressor says so of damaged data, in its own words.
            throw new WhaleboxException(ErrorKind.INVALID, "cannot read the archive: " + e.getMessage(), e);
        }
    }

    /** Puts all that passes into a hash. */
    default TarBuffers hashedInto(MessageDigest hash) {
        return () -> {
            ByteBuffer bytes = next();
            hash.update(bytes.duplicate());
            return bytes;
        };
    }

    /** Stops an archive that is longer than this with an error. */
    default TarBuffers limitedTo(long size, String remedy) {
        return new TarBuffers() {
            private long seen;

            @Override
            public ByteBuffer next() {
                ByteBuffer bytes = TarBuffers.this.next();
                seen += bytes.remaining();
                if (seen > size) {
                    throw new WhaleboxException(
                            ErrorKind.INVALID, "the archive unpacks to more than " + size + " bytes: " + remedy);
                }
                return bytes;
            }
        };
    }
}
