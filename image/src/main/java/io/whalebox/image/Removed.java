package io.whalebox.image;

import io.whalebox.storage.Digest;

/** One step of removing an image, printed as Docker prints it. */
public sealed interface Removed {
    /** A name that means nothing any more. */
    record Untagged(Reference name) implements Removed {
        @Override
        public String toString() {
            return "Untagged: " + name;
        }
    }

    /** An image that is gone, or a layer by its chain id. */
    record Deleted(Digest digest) implements Removed {
        @Override
        public String toString() {
            return "Deleted: " + digest;
        }
    }
}
