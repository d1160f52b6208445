package io.whalebox.image;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;

/**
 * Content on its way into the store. It is written, then committed under its digest; closed without that, it leaves
 * nothing.
 */
final class Ingest extends OutputStream {
    /** As {@code zstd --fast=3}: little more than half of the processor time of level 1, for a tenth more bytes. */
    private static final int COMPRESSION_LEVEL = -3;

    private final Staging staging;
    private final Path file;
    private final Path directory;
    private final String suffix;
    private final boolean hashed;
    private final OutputStream out;
    private final MessageDigest hash = Digest.newHash();
    private long size;

    /**
     * @param directory that gets the blob
     * @param suffix of its name; not empty for a layer's tar, which is compressed on disk and hashed by who unpacks it
     */
    Ingest(Staging staging, Path file, Path directory, String suffix) {
        this.staging = staging;
        this.file = file;
        this.directory = directory;
        this.suffix = suffix;
        this.hashed = suffix.isEmpty();
        try {
            OutputStream plain = Files.newOutputStream(file);
            this.out = suffix.isEmpty() ? plain : new ZstdOutputStreamNoFinalizer(plain, COMPRESSION_LEVEL);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (hashed) {
            hash.update(bytes, offset, length);
        }
        out.write(bytes, offset, length);
        size += length;
    }

    /** How many bytes have been written. */
    long size() {
        return size;
    }

    /** Makes the content visible under its digest. */
    Digest commit() {
        Digest digest = Digest.of(hash);
        publish(digest);
        return digest;
    }

    /**
     * Makes the content visible if it is what was announced.
     *
     * @param what names the content in a message
     */
    void commit(Descriptor announced, String what) {
        Digest digest = Digest.of(hash);
        if (!new Descriptor(announced.mediaType(), digest, size).pointsTo(announced)) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    what + " does not match its digest: expected " + announced.digest() + " of " + announced.size()
                            + " bytes, found " + digest + " of " + size + " bytes");
        }
        publish(digest);
    }

    /** Makes the content visible under the digest that unpacking the same bytes found: one hash of them is enough. */
    void commitAs(Digest digest) {
        publish(digest);
    }

    private void publish(Digest digest) {
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        staging.publish(file, directory.resolve(digest.hex() + suffix));
    }

    @Override
    public void close() throws IOException {
        out.close();
        staging.discard(file);
    }
}
