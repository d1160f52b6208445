package io.whalebox.image;

import io.whalebox.storage.Digest;
import java.util.List;

/**
 * An image of the store.
 *
 * @param id the digest of its configuration, as with Docker: it names what runs, however that was packed
 * @param manifest that lists its parts as they were distributed
 */
public record Image(Digest id, Descriptor manifest, ImageConfig config) {
    /** The digests of its uncompressed layers, the lowest first. */
    public List<Digest> layers() {
        return config.diffIds();
    }
}
