package io.whalebox.image;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import io.whalebox.storage.LayerStore;
import io.whalebox.storage.UnpackLimits;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Optional;

/**
 * Takes layers in: one pass over the bytes unpacks them and keeps them as a blob too, for whoever saves or pushes the
 * image later. Both are verified before they are visible, and memory doesn't grow with the layer.
 */
final class LayerIngest {
    private static final int BUFFER = 64 << 10;

    private final ContentStore content;
    private final LayerStore layers;
    private final UnpackLimits limits;

    LayerIngest(ContentStore content, LayerStore layers, UnpackLimits limits) {
        this.content = content;
        this.layers = layers;
        this.limits = limits;
    }

    /**
     * A layer that is in the store.
     *
     * @param blob as it would be distributed
     * @param diffId of what it expands to
     */
    record Packed(Descriptor blob, Digest diffId) {}

    /**
     * Takes in a layer that a manifest describes.
     *
     * @param diffId what the image's configuration says of it
     */
    void add(Lease lease, Member member, Descriptor blob, Digest diffId) throws IOException {
        if (has(blob, diffId)) {
            return;
        }
        boolean plain = blob.digest().equals(diffId);
        if (member.size() != blob.size()) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    member.name() + " has " + member.size() + " bytes, and its manifest says " + blob.size());
        }
        try (InputStream raw = new BufferedInputStream(member.open(), BUFFER);
                Ingest ingest = plain ? content.ingestTar(lease) : content.ingest(lease)) {
            expand(new Kept(raw, ingest), compressionOf(raw, member.name()), Optional.of(diffId));
            if (plain) {
                ingest.commitAs(diffId);
            } else {
                ingest.commit(blob, member.name());
            }
        }
        if (!plain) {
            content.putDiffId(lease, blob.digest(), diffId);
        }
    }

    /** Whether a layer is here already, packed and unpacked. */
    boolean has(Descriptor blob, Digest diffId) {
        return content.has(blob.digest())
                && (blob.digest().equals(diffId)
                        || content.diffId(blob.digest()).equals(Optional.of(diffId)))
                && layers.find(diffId).isPresent();
    }

    /**
     * Takes in a layer from elsewhere, going on where an earlier attempt stopped.
     *
     * @param diffId what the image's configuration says of it
     */
    void add(Lease lease, Descriptor blob, Digest diffId, BlobSource source) throws IOException {
        try (Partial partial = content.partials().lock(blob.digest())) {
            while (!has(blob, diffId) && !received(lease, partial, blob, diffId, source)) {
                // What was left of an earlier attempt was not the beginning of this blob; it is gone now.
            }
        }
    }

    private boolean received(Lease lease, Partial partial, Descriptor blob, Digest diffId, BlobSource source)
            throws IOException {
        PartialStream raw = new PartialStream(partial, blob, source);
        try {
            Optional<WhaleboxException> mismatch;
            Optional<Exception> failure = Optional.empty();
            try {
                InputStream in = new BufferedInputStream(raw, BUFFER);
                expand(in, compressionOf(in, "the layer " + blob.digest()), Optional.of(diffId));
            } catch (IOException | WhaleboxException e) {
                failure = Optional.of(e).filter(LayerIngest::isAboutContent);
                if (failure.isEmpty()) {
                    if (e instanceof WhaleboxException full && full.kind() == ErrorKind.PRECONDITION) {
                        partial.discard();
                    }
                    throw e;
                }
            }
            // Damaged on its way, or made so? Only the digest of all of it can tell.
            mismatch = raw.verify();
            if (mismatch.isPresent() || failure.isPresent()) {
                partial.discard();
            }
            if (mismatch.isPresent() && raw.isResumed()) {
                return false;
            }
            throwIfPresent(mismatch);
            throwIfPresent(failure);
        } finally {
            raw.end();
        }
        content.adopt(partial.data(), blob.digest());
        if (!blob.digest().equals(diffId)) {
            content.putDiffId(lease, blob.digest(), diffId);
        }
        return true;
    }

    private static boolean isAboutContent(Exception failure) {
        return !(failure instanceof WhaleboxException e) || e.kind() == ErrorKind.INVALID;
    }

    private static void throwIfPresent(Optional<? extends Exception> failure) throws IOException {
        switch (failure.orElse(null)) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Exception e -> throw new IllegalStateException(e);
        }
    }

    /** Takes in a layer of an archive that tells only the digest of what it expands to. */
    Packed add(Lease lease, Member member, Digest diffId) throws IOException {
        try (InputStream raw = new BufferedInputStream(member.open(), BUFFER)) {
            if (content.has(diffId) && layers.find(diffId).isPresent() && Compression.sniff(raw) == Compression.NONE) {
                return new Packed(new Descriptor(MediaType.OCI_LAYER, diffId, member.size()), diffId);
            }
            return add(lease, raw, Optional.of(diffId));
        }
    }

    /**
     * Takes in a layer from a stream.
     *
     * @param raw compressed in any way; supports mark and reset
     * @param expected digest of what it expands to
     */
    Packed add(Lease lease, InputStream raw, Optional<Digest> expected) throws IOException {
        Compression compression = Compression.sniff(raw);
        Packed packed = switch (compression) {
            case NONE -> addPlain(lease, raw, expected);
            case XZ -> {
                // Nobody distributes layers in this form, so it is kept as if it had come plain.
                InputStream plain = compression.open(raw);
                yield addPlain(lease, plain, expected);
            }
            case GZIP -> addCompressed(lease, raw, compression, MediaType.OCI_LAYER + "+gzip", expected);
            case ZSTD -> addCompressed(lease, raw, compression, MediaType.OCI_LAYER + "+zstd", expected);
        };
        return packed;
    }

    /** Takes in a layer that is known to be a plain tar, whatever its first bytes are. */
    Packed addTar(Lease lease, InputStream tar) throws IOException {
        return addPlain(lease, tar, Optional.empty());
    }

    private Packed addPlain(Lease lease, InputStream plain, Optional<Digest> expected) throws IOException {
        try (Ingest ingest = content.ingestTar(lease)) {
            Digest diffId = expand(new Kept(plain, ingest), Compression.NONE, expected);
            ingest.commitAs(diffId);
            return new Packed(new Descriptor(MediaType.OCI_LAYER, diffId, ingest.size()), diffId);
        }
    }

    private Packed addCompressed(
            Lease lease, InputStream raw, Compression compression, String mediaType, Optional<Digest> expected)
            throws IOException {
        Packed packed;
        try (Ingest ingest = content.ingest(lease)) {
            Digest diffId = expand(new Kept(raw, ingest), compression, expected);
            packed = new Packed(new Descriptor(mediaType, ingest.commit(), ingest.size()), diffId);
        }
        content.putDiffId(lease, packed.blob().digest(), packed.diffId());
        return packed;
    }

    /** Unpacks what it reads, and reads all of it, with what may stand behind the end that the decompressor sees. */
    private Digest expand(InputStream kept, Compression compression, Optional<Digest> expected) throws IOException {
        InputStream plain = compression.open(kept);
        try {
            Digest diffId = unpack(plain, expected);
            kept.transferTo(OutputStream.nullOutputStream());
            plain.close();
            return diffId;
        } catch (IOException | RuntimeException | Error e) {
            // The thread that unpacking reads with may still wait in this stream for a pipe, and zstd's close would
            // wait for it: the error must be told now.
            Thread.ofPlatform().daemon().name("layer-closer").start(() -> closeQuietly(plain));
            throw e;
        }
    }

    /** A layer that is unpacked already only has to prove that it is the same. */
    private Digest unpack(InputStream plain, Optional<Digest> expected) throws IOException {
        if (expected.isEmpty() || layers.find(expected.get()).isEmpty()) {
            return layers.unpack(plain, expected, limits).diffId();
        }
        MessageDigest hash = Digest.newHash();
        plain.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), hash));
        Digest found = Digest.of(hash);
        if (!found.equals(expected.get())) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "the layer is not what the image says: its digest is " + found + ", not " + expected.get());
        }
        return found;
    }

    /** Layers are sent in fewer forms than archives are stored in. */
    private static Compression compressionOf(InputStream raw, String name) throws IOException {
        Compression compression = Compression.sniff(raw);
        if (compression == Compression.XZ) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, name + " is compressed with xz, which layers of a manifest can't be");
        }
        return compression;
    }

    private static void closeQuietly(InputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is read from it goes into the store as well. */
    private static final class Kept extends InputStream {
        private final InputStream in;
        private final Ingest ingest;

        Kept(InputStream in, Ingest ingest) {
            this.in = in;
            this.ingest = ingest;
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
                try {
                    ingest.write(bytes, offset, count);
                } catch (IOException e) {
                    // Not an error of what is read, which is what the reader would take an IOException for.
                    throw new WhaleboxException(
                            ErrorKind.PRECONDITION, "cannot keep the layer in the store: " + e.getMessage(), e);
                }
            }
            return count;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
