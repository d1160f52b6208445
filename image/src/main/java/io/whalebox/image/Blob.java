package io.whalebox.image;

import io.whalebox.storage.Digest;

/** A small piece of content in memory, such as a manifest, byte for byte as its digest covers it. */
public final class Blob {
    private final byte[] bytes;
    private final Digest digest;

    /**
     * Takes content.
     *
     * @param bytes not changed by anyone from here on
     */
    public Blob(byte[] bytes) {
        this.bytes = bytes;
        this.digest = Digest.of(bytes);
    }

    /** The content, which is not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    /** The digest of all of it. */
    public Digest digest() {
        return digest;
    }

    /** A descriptor that points to it. */
    public Descriptor as(String mediaType) {
        return new Descriptor(mediaType, digest, bytes.length);
    }
}
