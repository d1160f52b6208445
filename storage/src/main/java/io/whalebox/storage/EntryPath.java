package io.whalebox.storage;

import io.whalebox.linux.FileName;
import java.util.Arrays;

/**
 * A path of an archive's entry, taken apart and found harmless: relative to the root of the layer, without empty steps,
 * {@code .} and {@code ..}.
 */
final class EntryPath {
    private final byte[] path;
    private final int nameStart;

    private EntryPath(byte[] path, int nameStart) {
        this.path = path;
        this.nameStart = nameStart;
    }

    /**
     * Reads a path as Docker does, which takes absolute ones as relative. It refuses those that lead out of the layer;
     * here, {@code ..} is refused wherever it stands, since no archiver that means well writes it.
     *
     * @param offset of the entry in the archive
     */
    static EntryPath parse(TarPath raw, long offset) {
        byte[] from = raw.shared();
        byte[] path = new byte[from.length];
        int length = 0;
        int nameStart = 0;
        for (int at = 0; at < from.length; ) {
            int end = at;
            while (end < from.length && from[end] != '/') {
                end++;
            }
            int step = end - at;
            if (step == 2 && from[at] == '.' && from[at + 1] == '.') {
                throw TarHeader.invalid(offset, "\"" + raw + "\" leads out of the layer with \"..\"");
            }
            if (step > 1 || (step == 1 && from[at] != '.')) {
                if (length > 0) {
                    path[length++] = '/';
                }
                nameStart = length;
                System.arraycopy(from, at, path, length, step);
                length += step;
            }
            at = end + 1;
        }
        return new EntryPath(length == path.length ? path : Arrays.copyOf(path, length), nameStart);
    }

    /** Whether it is the layer's root itself. */
    boolean isRoot() {
        return path.length == 0;
    }

    /** The last step, of a path that is not the root. */
    FileName name() {
        return FileName.of(path, nameStart, path.length);
    }

    /** The path of the directory that the last step is in; empty for the root. */
    byte[] parent() {
        return nameStart == 0 ? new byte[0] : Arrays.copyOf(path, nameStart - 1);
    }

    /** Whether that directory has this path. */
    boolean isIn(byte[] directory) {
        int length = Math.max(0, nameStart - 1);
        return length == directory.length && Arrays.equals(path, 0, length, directory, 0, length);
    }

    @Override
    public String toString() {
        return isRoot() ? "." : FileName.printable(path);
    }
}
