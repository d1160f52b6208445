package io.whalebox.storage;

import io.whalebox.linux.DeviceNumber;
import io.whalebox.linux.Directory;
import io.whalebox.linux.FileName;
import io.whalebox.linux.FileType;
import io.whalebox.linux.Stat;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Turns the marks by which archives tell of deletions (OCI image specification, "Whiteouts") into those of overlayfs: a
 * character device 0:0 for a deleted name, an attribute for a directory that hides all that lower layers have in it.
 * A mark is about lower layers only, wherever it stands in the archive: what the same layer holds by that name stays.
 */
final class Whiteouts {
    static final String OPAQUE = "trusted.overlay.opaque";

    private static final byte[] PREFIX = ".wh.".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OWN = ".wh..wh.".getBytes(StandardCharsets.US_ASCII);
    private static final FileName OPAQUE_MARK = FileName.of(".wh..wh..opq");
    private static final byte[] YES = {'y'};

    private final OpenDirectories directories;

    Whiteouts(OpenDirectories directories) {
        this.directories = directories;
    }

    /** Applies the entry if it is such a mark, and says whether it was one. */
    boolean apply(EntryPath path, TarEntry entry) {
        FileName mark = path.name();
        if (!mark.startsWith(PREFIX)) {
            return false;
        }
        if (mark.equals(OPAQUE_MARK)) {
            makeOpaque(directories.enter(path.parent(), entry.modified()).directory(), FileName.SELF);
        } else if (!mark.startsWith(OWN)) {
            byte[] bytes = mark.bytes();
            // The name behind the prefix is as hostile as any: this refuses none, "." and "..".
            FileName name = FileName.of(Arrays.copyOfRange(bytes, PREFIX.length, bytes.length));
            hide(directories.enter(path.parent(), entry.modified()).directory(), name, entry);
        }
        // Other names that begin so are notes that AUFS made for itself, and no content.
        return true;
    }

    private static void hide(Directory parent, FileName name, TarEntry entry) {
        Optional<Stat> there = parent.find(name);
        if (there.isEmpty()) {
            parent.mknod(name, FileType.CHARACTER_DEVICE, 0, DeviceNumber.WHITEOUT);
            parent.setTimes(name, entry.accessed(), entry.modified());
        } else if (there.get().isDirectory()) {
            makeOpaque(parent, name);
        }
        // Anything else hides the lower ones by being there.
    }

    static void makeOpaque(Directory parent, FileName name) {
        parent.setAttribute(name, OPAQUE, YES);
    }
}
