package io.whalebox.image;

import io.whalebox.image.Manifest.ImageManifest;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;

/**
 * An image that is handed out part by part. What it was pulled with goes out again byte for byte; layers that are only
 * here as plain tars are compressed first, and the image is then known by the manifest that lists them so.
 */
public final class OutgoingImage {
    private static final int BUFFER = 64 << 10;

    private final ImageStore store;
    private final Lease lease;
    private final Image image;
    private final ImageManifest manifest;

    private OutgoingImage(ImageStore store, Lease lease, Image image) {
        this.store = store;
        this.lease = lease;
        this.image = image;
        this.manifest = store.content().manifest(image.manifest());
    }

    /**
     * Runs what hands an image out; it stays whole meanwhile.
     *
     * @param what is attempted, for the message of a failure
     */
    public static <T> T send(ImageStore store, Reference name, String what, Function<OutgoingImage, T> work) {
        return store.adding(what, lease -> {
            Image image = store.find(name)
                    .orElseThrow(() -> new WhaleboxException(
                            ErrorKind.NOT_FOUND,
                            "an image does not exist locally with the tag: " + name + ": give it that name with tag"));
            return work.apply(new OutgoingImage(store, lease, image));
        });
    }

    /** The digests of its uncompressed layers, the lowest first. */
    public List<Digest> diffIds() {
        return image.layers();
    }

    /** Its configuration. */
    public Descriptor config() {
        return manifest.config();
    }

    /**
     * A layer as it goes out.
     *
     * @param index its place, from the lowest
     */
    public Descriptor pack(int index) {
        Descriptor layer = manifest.layers().get(index);
        Digest diffId = image.layers().get(index);
        if (!layer.digest().equals(diffId)) {
            return layer;
        }
        try (InputStream plain = store.content().open(layer.digest());
                Ingest ingest = store.content().ingest(lease)) {
            // Always with the same settings, so that the same layer has the same digest wherever it is pushed from.
            try (GZIPOutputStream gzip = new GZIPOutputStream(new Unclosed(ingest), BUFFER)) {
                byte[] buffer = new byte[BUFFER];
                for (int count = plain.read(buffer); count >= 0; count = plain.read(buffer)) {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new WhaleboxException(ErrorKind.UNAVAILABLE, "compressing a layer was interrupted");
                    }
                    gzip.write(buffer, 0, count);
                }
            }
            Descriptor packed = new Descriptor(MediaType.OCI_LAYER + "+gzip", ingest.commit(), ingest.size());
            store.content().putDiffId(lease, packed.digest(), diffId);
            return packed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens its configuration or a layer, which is verified while it is read. */
    public InputStream open(Digest blob) {
        return store.content().open(blob);
    }

    /**
     * What describes it with these layers, and the type of that: the manifest that it came with, if they are that one's.
     *
     * @param layers as {@link #pack} gave them
     */
    public Described describe(List<Descriptor> layers) {
        if (layers.equals(manifest.layers())) {
            return new Described(
                    image.manifest().mediaType(),
                    new Blob(store.content().read(image.manifest().digest())));
        }
        ImageManifest packed = new ImageManifest(manifest.config(), layers, manifest.annotations());
        return new Described(MediaType.OCI_MANIFEST, new Blob(packed.toJson()));
    }

    /** A manifest with its type. */
    public record Described(String mediaType, Blob manifest) {}

    /** From now on the image has this manifest, by whose digest it was pushed. */
    public void remember(Described described) {
        if (described.manifest().digest().equals(image.manifest().digest())) {
            return;
        }
        Blob config = new Blob(store.content().read(image.id()));
        Image known = store.add(lease, config, new Offered.PackedManifest(described.mediaType(), described.manifest()));
        var _ = store.publish(lease, known, List.of());
        // The plain tars may be nobody's now.
        var _ = store.content().staging().mark();
    }

    /**
     * In which repositories of a registry its blobs are likely to be already, by what is known here.
     *
     * @param name whose registry is meant, and whose own repository is not
     */
    public Map<Digest, String> elsewhere(Reference name) {
        Map<Digest, String> paths = new HashMap<>();
        for (ListedImage listed : store.list()) {
            for (Reference other : listed.names()) {
                if (other.domain().equals(name.domain()) && !other.path().equals(name.path())) {
                    for (Descriptor layer :
                            store.content().manifest(listed.image().manifest()).layers()) {
                        paths.putIfAbsent(layer.digest(), other.path());
                    }
                }
            }
        }
        return paths;
    }

    /** The end of the compressed data is not the end of what it is written to. */
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
        }

        @Override
        public void close() {}
    }
}
