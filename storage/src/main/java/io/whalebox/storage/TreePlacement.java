package io.whalebox.storage;

import io.whalebox.linux.DeviceNumber;
import io.whalebox.linux.Directory;
import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileName;
import io.whalebox.linux.FileType;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.OpenFlags;
import io.whalebox.linux.RegularFile;
import io.whalebox.linux.Stat;
import io.whalebox.linux.WhaleboxException;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Optional;

/**
 * Puts an archive's files into a tree that is in use, over what is there already. Paths are resolved by the kernel with
 * the tree's root as the end of the world, and the last step is never followed, so neither an entry of the archive nor
 * a link that the tree's owner swaps in meanwhile leads outside (CVE-2018-15664).
 *
 * <p>As with Docker, a file replaces a file, a directory is merged with a directory, and neither replaces the other.
 */
public final class TreePlacement implements AutoCloseable {
    private static final int IN_ROOT = OpenFlags.RESOLVE_IN_ROOT | OpenFlags.RESOLVE_NO_MAGICLINKS;
    private static final int PERMISSIONS = 0777;
    private static final int PARENT_MODE = 0755;

    private final Directory root;
    private final byte[] base;
    private final Owners owners;
    private final Top top;
    private final EntryAttributes attributes = new EntryAttributes();
    /** Set at the end, since what is put into a directory changes its time. */
    private final Deque<Times> times = new ArrayDeque<>();

    private byte[] parentPath = new byte[0];
    private Optional<Directory> parent = Optional.empty();

    /** What becomes of the directory itself when the archive tells of it as {@code .}. */
    public enum Top {
        /** It stays as it is: things are only copied into it. */
        KEPT,
        /** It gets the owner, mode and times that the archive says. */
        REPLACED
    }

    private record Times(EntryPath path, Instant accessed, Instant modified) {}

    /**
     * A placement in a directory of a tree.
     *
     * @param root of the tree, which stays the caller's to close
     * @param base path of the directory, from the root; it exists
     */
    public TreePlacement(Directory root, byte[] base, Owners owners, Top top) {
        this.root = root;
        this.base = base.clone();
        this.owners = owners;
        this.top = top;
    }

    /** Places all of an archive. */
    public void place(TarReader reader) {
        for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
            TarEntry entry = next.get();
            try {
                place(EntryPath.parse(entry.path(), entry.offset()), entry, reader);
            } catch (LinuxException e) {
                throw UnpackFailure.of(e, "write \"" + entry.path() + "\"");
            }
        }
        while (!times.isEmpty()) {
            Times last = times.removeLast();
            try {
                directory(last.path().parent())
                        .setTimes(
                                last.path().isRoot()
                                        ? FileName.SELF
                                        : last.path().name(),
                                last.accessed(),
                                last.modified());
            } catch (LinuxException e) {
                // Removed by the tree's owner meanwhile: then nobody misses its time.
                if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR)) {
                    throw UnpackFailure.of(e, "set the time of \"" + last.path() + "\"");
                }
            }
        }
    }

    private void place(EntryPath path, TarEntry entry, TarReader reader) {
        if (path.isRoot()) {
            if (entry.type() != EntryType.DIRECTORY) {
                throw conflict(path, "directory", "non-directory");
            }
            if (top == Top.REPLACED) {
                finish(directory(new byte[0]), FileName.SELF, entry);
                times.add(new Times(path, entry.accessed(), entry.modified()));
            }
            return;
        }
        Directory in = directory(path.parent());
        FileName name = path.name();
        boolean merged = makeRoom(in, name, path, entry);
        switch (entry.type()) {
            case REGULAR -> writeFile(in, name, entry, reader);
            case DIRECTORY -> {
                if (!merged) {
                    in.mkdir(name, entry.mode() & PERMISSIONS);
                }
                finish(in, name, entry);
                times.add(new Times(path, entry.accessed(), entry.modified()));
            }
            case HARD_LINK -> link(in, name, entry);
            case SYMLINK -> {
                in.symlink(entry.link().shared(), name);
                finish(in, name, entry);
            }
            case FIFO -> node(in, name, entry, FileType.FIFO);
            case CHARACTER_DEVICE -> node(in, name, entry, FileType.CHARACTER_DEVICE);
            case BLOCK_DEVICE -> node(in, name, entry, FileType.BLOCK_DEVICE);
        }
    }

    /** Takes away what is in the way, and says whether a directory stays that the entry is merged with. */
    private static boolean makeRoom(Directory in, FileName name, EntryPath path, TarEntry entry) {
        Optional<Stat> there = in.find(name);
        boolean directory = entry.type() == EntryType.DIRECTORY;
        if (there.isEmpty()) {
            return false;
        }
        if (there.get().isDirectory() != directory) {
            throw directory
                    ? conflict(path, "non-directory", "directory")
                    : conflict(path, "directory", "non-directory");
        }
        if (!directory) {
            in.unlink(name);
        }
        return directory;
    }

    private static WhaleboxException conflict(EntryPath path, String old, String with) {
        return new WhaleboxException(
                ErrorKind.CONFLICT, "cannot overwrite " + old + " \"" + path + "\" with " + with + " \"" + path + "\"");
    }

    private void writeFile(Directory in, FileName name, TarEntry entry, TarReader reader) {
        try (RegularFile file = RegularFile.create(in, name, 0600)) {
            FileContent content = new FileContent(file);
            reader.content(content);
            content.end(entry.size());
            // The owner first: the kernel takes set-uid bits and capabilities away when that changes.
            file.chown(owners.uid().applyAsInt(entry.uid()), owners.gid().applyAsInt(entry.gid()));
            file.chmod(entry.mode());
            attributes.apply(file, entry);
            file.setTimes(entry.accessed(), entry.modified());
        }
    }

    private void link(Directory in, FileName name, TarEntry entry) {
        EntryPath target = EntryPath.parse(entry.link(), entry.offset());
        if (target.isRoot()) {
            throw TarHeader.invalid(entry.offset(), "a hard link to the root");
        }
        try (Directory from = open(target.parent())) {
            in.link(from, target.name(), name);
        }
    }

    private void node(Directory in, FileName name, TarEntry entry, FileType type) {
        boolean device = type != FileType.FIFO;
        in.mknod(name, type, entry.mode() & PERMISSIONS, device ? entry.device() : DeviceNumber.WHITEOUT);
        finish(in, name, entry);
    }

    private void finish(Directory in, FileName name, TarEntry entry) {
        in.chown(name, owners.uid().applyAsInt(entry.uid()), owners.gid().applyAsInt(entry.gid()));
        if (entry.type() != EntryType.SYMLINK) {
            in.chmod(name, entry.mode());
        }
        attributes.apply(in, name, entry);
        in.setTimes(name, entry.accessed(), entry.modified());
    }

    /** The directory at a path of the archive, which stays open until another is asked for. */
    private Directory directory(byte[] path) {
        if (parent.isEmpty() || !Arrays.equals(parentPath, path)) {
            parent.ifPresent(Directory::close);
            parent = Optional.empty();
            parent = Optional.of(open(path));
            parentPath = path;
        }
        return parent.get();
    }

    private Directory open(byte[] path) {
        byte[] whole = join(base, path);
        try {
            return root.resolveDirectory(whole, IN_ROOT);
        } catch (LinuxException e) {
            if (!e.is(Errno.ENOENT) || path.length == 0) {
                throw e;
            }
            make(path);
            return root.resolveDirectory(whole, IN_ROOT);
        }
    }

    /** Makes a directory, and those above it, that the archive takes for granted. */
    private void make(byte[] path) {
        int slash = path.length - 1;
        while (slash >= 0 && path[slash] != '/') {
            slash--;
        }
        byte[] above = slash < 0 ? new byte[0] : Arrays.copyOf(path, slash);
        FileName name = FileName.of(path, slash + 1, path.length);
        try (Directory in = open(above)) {
            if (in.mkdirIfAbsent(name, PARENT_MODE)) {
                in.chown(name, owners.uid().applyAsInt(0), owners.gid().applyAsInt(0));
                in.chmod(name, PARENT_MODE);
            }
        }
    }

    private static byte[] join(byte[] base, byte[] path) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write('.');
        whole.write('/');
        whole.writeBytes(base);
        whole.write('/');
        whole.writeBytes(path);
        return whole.toByteArray();
    }

    @Override
    public void close() {
        parent.ifPresent(Directory::close);
        parent = Optional.empty();
    }
}
