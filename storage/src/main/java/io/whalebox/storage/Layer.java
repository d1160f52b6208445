package io.whalebox.storage;

import java.nio.file.Path;

/**
 * A layer that is unpacked.
 *
 * @param diffId the digest of its uncompressed archive, which names it
 * @param directory the tree as overlayfs takes it for a lower layer; it never changes
 * @param size the sum of the sizes of its files in bytes
 */
public record Layer(Digest diffId, Path directory, long size) {}
