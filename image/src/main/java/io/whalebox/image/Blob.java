package io.whalebox.image;

import io.whalebox.storage.Digest;

/** A small piece of content in memory, such as a manifest, byte for byte as its digest covers it. */
final class Blob {
    private final byte[] bytes;
    private final Digest digest;

    /**
     * @param bytes not changed by anyone from here on
     */
    Blob(byte[] bytes) {
        this.bytes = bytes;
        this.digest = Digest.of(bytes);
    }

    byte[] bytes() {
        return bytes;
    }

    Digest digest() {
        return digest;
    }

    /** A descriptor that points to it. */
    Descriptor as(String mediaType) {
        return new Descriptor(mediaType, digest, bytes.length);
    }
}
