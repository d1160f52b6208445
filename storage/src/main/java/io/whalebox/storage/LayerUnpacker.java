package io.whalebox.storage;

import io.whalebox.linux.DeviceNumber;
import io.whalebox.linux.Directory;
import io.whalebox.linux.Errno;
import io.whalebox.linux.FileName;
import io.whalebox.linux.FileType;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.RegularFile;
import io.whalebox.linux.Stat;
import io.whalebox.linux.WhaleboxException;
import java.time.Instant;
import java.util.Optional;

/**
 * Applies an archive to an empty directory, which becomes one layer of an overlay (OCI image specification, "Image
 * Layer Filesystem Changeset"). Only what the archive itself holds counts: the same archive gives the same tree,
 * whatever layers it is stacked on.
 *
 * <p>Names are resolved by the kernel with the directory as their root ({@link OpenDirectories}), the last step is never
 * followed, and everything is made by descriptor, so no entry reaches a file outside. A later entry replaces an earlier
 * one of the same name; only a directory over a directory keeps its content. A hard link names an entry of the same
 * layer.
 */
final class LayerUnpacker implements AutoCloseable {
    private static final int PERMISSIONS = 0777;

    private final Directory root;
    private final UnpackLimits limits;
    private final Ownership ownership;
    private final OpenDirectories directories;
    private final EntryAttributes attributes = new EntryAttributes();
    private final Whiteouts whiteouts;
    private long entries;
    private long bytes;

    LayerUnpacker(Directory root, UnpackLimits limits) {
        this.root = root;
        this.limits = limits;
        this.ownership = new Ownership(root);
        // Where the archive does not speak of the root, its time is not that of the unpacking.
        root.setTimes(FileName.SELF, Instant.EPOCH, Instant.EPOCH);
        this.directories = new OpenDirectories(root, ownership, this::count);
        this.whiteouts = new Whiteouts(directories);
    }

    private void count() {
        limits.checkEntries(++entries);
    }

    /**
     * Unpacks all of it.
     *
     * @return the sum of the sizes of its files
     */
    long unpack(TarReader reader) {
        for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            count();
            limits.checkFile(entry.get());
            apply(entry.get(), reader);
        }
        directories.leaveAll();
        return bytes;
    }

    private void apply(TarEntry entry, TarReader reader) {
        EntryPath path = EntryPath.parse(entry.path(), entry.offset());
        try {
            if (path.isRoot()) {
                applyToRoot(entry);
            } else if (!whiteouts.apply(path, entry)) {
                switch (entry.type()) {
                    case REGULAR -> makeFile(path, entry, reader);
                    case DIRECTORY -> makeDirectory(path, entry);
                    case HARD_LINK -> makeHardLink(path, entry);
                    case SYMLINK ->
                        makeNode(
                                path,
                                entry,
                                (in, name) -> in.symlink(entry.link().shared(), name));
                    case FIFO -> makeNode(path, entry, special(FileType.FIFO, entry));
                    case CHARACTER_DEVICE -> makeNode(path, entry, special(FileType.CHARACTER_DEVICE, entry));
                    case BLOCK_DEVICE -> makeNode(path, entry, special(FileType.BLOCK_DEVICE, entry));
                }
            }
        } catch (LinuxException e) {
            throw UnpackFailure.of(
                    e, "unpack \"" + entry.path() + "\", the entry at byte " + entry.offset() + " of the archive");
        }
    }

    private void applyToRoot(TarEntry entry) {
        if (entry.type() != EntryType.DIRECTORY) {
            throw TarHeader.invalid(entry.offset(), "the root of the layer is no directory");
        }
        // Left first, since the times that are put back then would replace these.
        directories.leave(root.stat());
        root.chown(FileName.SELF, entry.uid(), entry.gid());
        root.chmod(FileName.SELF, entry.mode());
        attributes.apply(root, FileName.SELF, entry);
        root.setTimes(FileName.SELF, entry.accessed(), entry.modified());
    }

    private void makeFile(EntryPath path, TarEntry entry, TarReader reader) {
        FileName name = path.name();
        OpenDirectories.Entered parent = directories.enter(path.parent(), entry.modified());
        RegularFile file;
        try {
            file = RegularFile.create(parent.directory(), name, entry.mode() & PERMISSIONS);
        } catch (LinuxException e) {
            parent = vacated(e, path, parent, entry);
            file = RegularFile.create(parent.directory(), name, entry.mode() & PERMISSIONS);
        }
        fill(file, parent, entry, reader);
    }

    private void fill(RegularFile file, OpenDirectories.Entered parent, TarEntry entry, TarReader reader) {
        try (file) {
            FileContent content = new FileContent(file);
            reader.content(content);
            content.end(entry.size());
            ownership.give(parent, file, entry);
            attributes.apply(file, entry);
            file.setTimes(entry.accessed(), entry.modified());
        }
        bytes += entry.size();
    }

    private void makeDirectory(EntryPath path, TarEntry entry) {
        FileName name = path.name();
        OpenDirectories.Entered parent = directories.enter(path.parent(), entry.modified());
        if (!parent.directory().mkdirIfAbsent(name, entry.mode() & PERMISSIONS)) {
            Stat old = parent.directory().stat(name);
            if (old.isDirectory()) {
                directories.leave(old);
                parent = directories.enter(path.parent(), entry.modified());
                parent.directory().chown(name, entry.uid(), entry.gid());
                parent.directory().chmod(name, entry.mode());
            } else {
                parent = vacate(path, parent, old, entry);
                parent.directory().mkdir(name, entry.mode() & PERMISSIONS);
                if (old.isWhiteout()) {
                    // What lower layers have by that name was deleted before this was made.
                    Whiteouts.makeOpaque(parent.directory(), name);
                }
            }
        }
        ownership.give(parent, name, entry);
        attributes.apply(parent.directory(), name, entry);
        parent.directory().setTimes(name, entry.accessed(), entry.modified());
    }

    private void makeHardLink(EntryPath path, TarEntry entry) {
        EntryPath target = EntryPath.parse(entry.link(), entry.offset());
        if (target.isRoot()) {
            throw TarHeader.invalid(entry.offset(), "a hard link to the root of the layer");
        }
        FileName name = path.name();
        OpenDirectories.Entered parent = directories.enter(path.parent(), entry.modified());
        OpenDirectories.Entered from = directories.find(target.parent()).orElseThrow(() -> missing(target, entry));
        Stat file = from.directory()
                .find(target.name())
                .filter(found -> !found.isWhiteout())
                .orElseThrow(() -> missing(target, entry));
        if (file.isDirectory()) {
            throw TarHeader.invalid(entry.offset(), "a hard link to the directory \"" + target + "\"");
        }
        try {
            parent.directory().link(from.directory(), target.name(), name);
        } catch (LinuxException e) {
            if (e.is(Errno.EEXIST) && parent.directory().stat(name).isSameFile(file)) {
                return;
            }
            parent = vacated(e, path, parent, entry);
            // What was in the way may have been all that led to the target.
            from = directories.find(target.parent()).orElseThrow(() -> missing(target, entry));
            parent.directory().link(from.directory(), target.name(), name);
        }
    }

    private static WhaleboxException missing(EntryPath target, TarEntry entry) {
        return TarHeader.invalid(
                entry.offset(),
                "\"" + entry.path() + "\" is a hard link to \"" + target + "\", which is not in the layer");
    }

    private interface Maker {
        void make(Directory in, FileName name);
    }

    private static Maker special(FileType type, TarEntry entry) {
        DeviceNumber device = entry.device();
        return (in, name) -> in.mknod(name, type, entry.mode() & PERMISSIONS, device);
    }

    private void makeNode(EntryPath path, TarEntry entry, Maker maker) {
        FileName name = path.name();
        OpenDirectories.Entered parent = directories.enter(path.parent(), entry.modified());
        try {
            maker.make(parent.directory(), name);
        } catch (LinuxException e) {
            parent = vacated(e, path, parent, entry);
            maker.make(parent.directory(), name);
        }
        ownership.give(parent, name, entry);
        attributes.apply(parent.directory(), name, entry);
        parent.directory().setTimes(name, entry.accessed(), entry.modified());
    }

    /** Makes room where an entry could not be created because its name is taken; any other failure is thrown. */
    private OpenDirectories.Entered vacated(
            LinuxException failure, EntryPath path, OpenDirectories.Entered parent, TarEntry entry) {
        if (!failure.is(Errno.EEXIST)) {
            throw failure;
        }
        return vacate(path, parent, parent.directory().stat(path.name()), entry);
    }

    private OpenDirectories.Entered vacate(EntryPath path, OpenDirectories.Entered parent, Stat old, TarEntry entry) {
        OpenDirectories.Entered in = parent;
        if (old.isDirectory() || old.type() == FileType.SYMLINK) {
            // Handles may have been reached through what goes away.
            directories.leaveAll();
            in = directories.enter(path.parent(), entry.modified());
        }
        in.directory().removeTree(path.name());
        return in;
    }

    /** After a failure, what was unpacked is the caller's to remove. */
    @Override
    public void close() {
        directories.close();
    }
}
