package io.whalebox.image;

import io.whalebox.image.Offered.PackedManifest;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import io.whalebox.storage.UnpackLimits;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * An image that is taken in part by part: first its layers, in any order and from several threads, then what describes
 * it. It becomes visible, whole and with its names, by the last step; without that, only what a further attempt can go
 * on with is left of it.
 */
public final class IncomingImage {
    private final ImageStore store;
    private final Lease lease;
    private final LayerIngest ingest;

    private IncomingImage(ImageStore store, Lease lease, UnpackLimits limits) {
        this.store = store;
        this.lease = lease;
        this.ingest = new LayerIngest(store.content(), store.layerStore(), limits);
    }

    /**
     * Runs what takes an image in.
     *
     * @param limits of each layer
     * @param what is attempted, for the message of a failure, such as {@code pull busybox:latest}
     */
    public static <T> T receive(ImageStore store, UnpackLimits limits, String what, Function<IncomingImage, T> work) {
        return store.adding(what, lease -> work.apply(new IncomingImage(store, lease, limits)));
    }

    /** Whether a layer is here, as it was distributed and unpacked. */
    public boolean hasLayer(Descriptor blob, Digest diffId) {
        return ingest.has(blob, diffId);
    }

    /** A configuration or manifest that is here already. */
    public Optional<Blob> find(Digest digest) {
        return store.content().has(digest)
                ? Optional.of(new Blob(store.content().read(digest)))
                : Optional.empty();
    }

    /**
     * Takes in a layer, unless it is here. Both digests are verified before any of it is visible.
     *
     * @param diffId what the image's configuration says of it
     */
    public void add(Descriptor blob, Digest diffId, BlobSource source) {
        try {
            ingest.add(lease, blob, diffId, source);
        } catch (IOException e) {
            // What the disk refuses comes as something else: this is the decompressors' way to refuse what they read.
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "the layer " + blob.digest().shortId() + " is damaged or truncated: " + e.getMessage(),
                    e);
        }
    }

    /** Gives up what has come of layers so far, where nobody should find it there: the disk is full. */
    public void discard(List<Descriptor> blobs) {
        blobs.forEach(blob -> store.content().partials().discard(blob.digest()));
    }

    /**
     * Makes the image visible.
     *
     * @param mediaType of the manifest
     * @param manifest as it came, and so
     * @param config too, since they have digests
     * @return the images that had the names until now
     */
    public Map<Reference, Digest> publish(String mediaType, Blob manifest, Blob config, List<Reference> names) {
        Image image = store.add(lease, config, new PackedManifest(mediaType, manifest));
        return store.publish(lease, image, names);
    }
}
