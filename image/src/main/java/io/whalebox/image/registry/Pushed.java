package io.whalebox.image.registry;

import io.whalebox.image.Reference;
import io.whalebox.storage.Digest;

/**
 * An image that was pushed.
 *
 * @param digest of its manifest
 * @param size of that in bytes
 */
public record Pushed(Reference name, Digest digest, int size) {
    /** What {@code docker push} says in the end. */
    @Override
    public String toString() {
        return name.tag().orElse("") + ": digest: " + digest + " size: " + size;
    }
}
