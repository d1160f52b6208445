package io.whalebox.image;

import io.whalebox.image.Manifest.ImageManifest;
import io.whalebox.storage.Digest;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An image as an archive offers it, with nothing of it taken in yet.
 *
 * @param names that it had where the archive was made
 * @param configDigest absent where the archive doesn't tell it
 * @param manifest absent where the archive has none, as Docker's own form
 */
record Offered(
        List<Reference> names,
        Blob config,
        Optional<Digest> configDigest,
        List<Layer> layers,
        Optional<PackedManifest> manifest) {
    /**
     * One layer.
     *
     * @param blob what the manifest says of it
     */
    record Layer(Member member, Optional<Descriptor> blob) {}

    /** A manifest as it was distributed, byte for byte, since it has a digest. */
    record PackedManifest(String mediaType, Blob json) {
        /** The manifest for an image that has none yet. */
        static PackedManifest of(Blob config, List<Descriptor> layers) {
            ImageManifest manifest = new ImageManifest(config.as(MediaType.OCI_CONFIG), layers, Map.of());
            return new PackedManifest(MediaType.OCI_MANIFEST, new Blob(manifest.toJson()));
        }
    }
}
