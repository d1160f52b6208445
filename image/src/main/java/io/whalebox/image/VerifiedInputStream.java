package io.whalebox.image;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** Content of the store. At its end it either was what its digest says, or the read fails instead of ending. */
final class VerifiedInputStream extends InputStream {
    private final InputStream in;
    private final Digest expected;
    private final MessageDigest hash = Digest.newHash();
    private boolean verified;

    VerifiedInputStream(InputStream in, Digest expected) {
        this.in = in;
        this.expected = expected;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = in.read(bytes, offset, length);
        if (count > 0) {
            hash.update(bytes, offset, count);
        } else if (count < 0 && !verified) {
            Digest found = Digest.of(hash);
            if (!found.equals(expected)) {
                throw new WhaleboxException(
                        ErrorKind.INTERNAL,
                        "the store's content " + expected + " is damaged (its bytes are " + found
                                + "): remove the image and load it again");
            }
            verified = true;
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
