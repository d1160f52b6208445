package io.whalebox.storage;

import io.whalebox.linux.FileName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A path as it stands in an archive: any bytes but zero, in no particular encoding, and hostile until somebody has
 * taken it apart.
 */
public final class TarPath {
    private final byte[] bytes;

    TarPath(byte[] bytes) {
        this.bytes = bytes;
    }

    public static TarPath of(String path) {
        return new TarPath(path.getBytes(StandardCharsets.UTF_8));
    }

    /** A copy of its bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    byte[] shared() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TarPath path && Arrays.equals(bytes, path.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** Fit for a message; see {@link FileName#printable}. */
    @Override
    public String toString() {
        return FileName.printable(bytes);
    }
}
