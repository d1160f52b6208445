package io.whalebox.image.registry;

import io.whalebox.image.Reference;
import io.whalebox.storage.Digest;

/**
 * An image that was pulled.
 *
 * @param id of the image
 * @param digest of what the name means at the registry: a manifest or an index
 * @param newer whether the name means another image now than it did before, here
 */
public record Pulled(Reference name, Digest id, Digest digest, boolean newer) {
    /** What {@code docker pull} says in the end. */
    public String status() {
        return newer ? "Downloaded newer image for " + name : "Image is up to date for " + name;
    }
}
