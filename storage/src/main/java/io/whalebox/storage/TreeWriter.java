package io.whalebox.storage;

import io.whalebox.linux.DeviceNumber;
import io.whalebox.linux.Directory;
import io.whalebox.linux.FileName;
import io.whalebox.linux.FileType;
import io.whalebox.linux.SourceFile;
import io.whalebox.linux.Stat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Writes files of a tree into an archive, with everything that an image keeps of them. */
final class TreeWriter {
    private static final int BUFFER = 64 << 10;
    private static final byte[] ZEROS = new byte[BUFFER];
    private static final TarPath NO_LINK = new TarPath(new byte[0]);

    private final TarOutput tar;
    private final Owners owners;
    private final byte[] buffer = new byte[BUFFER];
    /** Where files with several names were written first. */
    private final Map<Inode, TarPath> written = new HashMap<>();

    private record Inode(DeviceNumber device, long number) {}

    TreeWriter(TarOutput tar) {
        this(tar, Owners.AS_THEY_ARE);
    }

    TreeWriter(TarOutput tar, Owners owners) {
        this.tar = tar;
        this.owners = owners;
    }

    /** The path of an entry of a directory. */
    static TarPath under(TarPath directory, FileName name) {
        ByteArrayOutputStream path = new ByteArrayOutputStream();
        path.writeBytes(directory.shared());
        if (path.size() > 0) {
            path.write('/');
        }
        path.writeBytes(name.bytes());
        return new TarPath(path.toByteArray());
    }

    /** An empty file that tells of a deletion. */
    void mark(TarPath path, Stat of) throws IOException {
        tar.put(new TarEntry(
                path,
                EntryType.REGULAR,
                NO_LINK,
                0,
                0,
                0,
                0,
                of.modified(),
                of.modified(),
                DeviceNumber.WHITEOUT,
                Map.of(),
                0));
    }

    /** Writes one file. A socket is left out: it means nothing without its program, and tar has no form for it. */
    void write(Directory in, FileName name, Stat stat, TarPath path) throws IOException {
        Optional<EntryType> type = type(stat.type());
        if (type.isEmpty()) {
            return;
        }
        if (stat.links() > 1 && !stat.isDirectory()) {
            TarPath first = written.putIfAbsent(new Inode(stat.device(), stat.inode()), path);
            if (first != null) {
                tar.put(entry(in, name, stat, path, EntryType.HARD_LINK, first));
                return;
            }
        }
        if (type.get() == EntryType.REGULAR) {
            try (SourceFile file = SourceFile.open(in, name)) {
                tar.put(entry(in, name, stat, path, EntryType.REGULAR, NO_LINK));
                copy(file, stat.size());
            }
        } else {
            TarPath link = stat.type() == FileType.SYMLINK ? new TarPath(in.readlink(name)) : NO_LINK;
            tar.put(entry(in, name, stat, asDirectory(path, stat), type.get(), link));
        }
    }

    private static TarPath asDirectory(TarPath path, Stat stat) {
        if (!stat.isDirectory()) {
            return path;
        }
        byte[] bytes = Arrays.copyOf(path.shared(), path.shared().length + 1);
        bytes[bytes.length - 1] = '/';
        return new TarPath(bytes);
    }

    private static Optional<EntryType> type(FileType type) {
        return switch (type) {
            case REGULAR -> Optional.of(EntryType.REGULAR);
            case DIRECTORY -> Optional.of(EntryType.DIRECTORY);
            case SYMLINK -> Optional.of(EntryType.SYMLINK);
            case FIFO -> Optional.of(EntryType.FIFO);
            case CHARACTER_DEVICE -> Optional.of(EntryType.CHARACTER_DEVICE);
            case BLOCK_DEVICE -> Optional.of(EntryType.BLOCK_DEVICE);
            case SOCKET -> Optional.empty();
        };
    }

    private TarEntry entry(Directory in, FileName name, Stat stat, TarPath path, EntryType type, TarPath link) {
        return new TarEntry(
                path,
                type,
                link,
                type == EntryType.REGULAR ? stat.size() : 0,
                stat.mode(),
                owners.uid().applyAsInt(stat.uid()),
                owners.gid().applyAsInt(stat.gid()),
                stat.modified(),
                stat.modified(),
                stat.represents(),
                type == EntryType.HARD_LINK ? Map.of() : attributes(in, name),
                0);
    }

    /** What belongs to the file, and not to this machine's overlay or its security module. */
    private static SortedMap<String, byte[]> attributes(Directory in, FileName name) {
        SortedMap<String, byte[]> attributes = new TreeMap<>();
        for (String attribute : in.attributes(name)) {
            boolean ours = attribute.startsWith("trusted.overlay.") || attribute.startsWith("user.overlay.");
            boolean machines = attribute.startsWith("security.") && !attribute.equals("security.capability");
            if (!ours && !machines) {
                in.attribute(name, attribute).ifPresent(value -> attributes.put(attribute, value));
            }
        }
        return attributes;
    }

    /** Exactly as many bytes as the header says: a container that runs may change the file meanwhile. */
    private void copy(SourceFile file, long size) throws IOException {
        long position = 0;
        while (position < size) {
            long data = file.seekData(position, size);
            zeros(data - position);
            position = data;
            int length = (int) Math.min(size - position, BUFFER);
            int read = length == 0 ? 0 : file.read(buffer, 0, length);
            if (read == 0) {
                zeros(size - position);
                return;
            }
            tar.content(buffer, 0, read);
            position += read;
        }
    }

    private void zeros(long count) throws IOException {
        for (long left = count; left > 0; left -= Math.min(left, BUFFER)) {
            tar.content(ZEROS, 0, (int) Math.min(left, BUFFER));
        }
    }
}
