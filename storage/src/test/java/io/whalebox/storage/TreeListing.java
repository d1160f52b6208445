package io.whalebox.storage;

import io.whalebox.linux.Directory;
import io.whalebox.linux.DirectoryEntry;
import io.whalebox.linux.FileName;
import io.whalebox.linux.FileType;
import io.whalebox.linux.Stat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Everything that makes out a tree, a line for each entry in the order of their names: type, mode, owner, time, size,
 * device, target, content, attributes, and which names are the same file. Two trees are equal when their listings are.
 */
final class TreeListing {
    private static final int LARGEST_FILE = 64 << 20;

    private final List<String> lines = new ArrayList<>();
    private final Map<Long, String> firstNames = new HashMap<>();

    private TreeListing() {}

    static List<String> of(Directory root) {
        TreeListing listing = new TreeListing();
        listing.lines.add(listing.line(root, FileName.SELF, "."));
        listing.walk(root, "");
        return listing.lines;
    }

    /** The whole as one name; a layer's never changes. */
    static Digest digest(Directory root) {
        return Digest.of(String.join("\n", of(root)).getBytes(StandardCharsets.UTF_8));
    }

    private void walk(Directory directory, String path) {
        List<DirectoryEntry> entries = new ArrayList<>(directory.list());
        entries.sort(Comparator.comparing(DirectoryEntry::name));
        for (DirectoryEntry entry : entries) {
            String name = path + entry.name();
            lines.add(line(directory, entry.name(), name));
            if (entry.type() == FileType.DIRECTORY) {
                try (Directory below = directory.subdirectory(entry.name())) {
                    walk(below, name + "/");
                }
            }
        }
    }

    private String line(Directory directory, FileName name, String path) {
        Stat stat = directory.stat(name);
        StringBuilder line = new StringBuilder(path)
                .append(' ')
                .append(stat.type().name().toLowerCase(java.util.Locale.ROOT))
                .append(String.format(" %04o %d:%d ", stat.mode(), stat.uid(), stat.gid()))
                .append(stat.modified());
        switch (stat.type()) {
            case REGULAR ->
                line.append(" size ")
                        .append(stat.size())
                        .append(" content ")
                        .append(Digest.of(directory.read(name, LARGEST_FILE)).shortId());
            case SYMLINK -> line.append(" to ").append(FileName.printable(directory.readlink(name)));
            case CHARACTER_DEVICE, BLOCK_DEVICE -> line.append(" device ").append(stat.represents());
            case DIRECTORY, FIFO, SOCKET -> {}
        }
        if (!stat.isDirectory() && stat.links() > 1) {
            String first = firstNames.computeIfAbsent(stat.inode(), inode -> path);
            line.append(" links ").append(stat.links()).append(" of ").append(first);
        }
        directory.attributes(name).stream()
                .sorted()
                .forEach(attribute -> line.append(' ')
                        .append(attribute)
                        .append('=')
                        .append(HexFormat.of()
                                .formatHex(directory.attribute(name, attribute).orElseThrow())));
        return line.toString();
    }
}
