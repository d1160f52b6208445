package io.whalebox.storage;

import io.whalebox.linux.DeviceNumber;
import io.whalebox.linux.Directory;
import io.whalebox.linux.DirectoryEntry;
import io.whalebox.linux.Errno;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Stat;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** How many bytes the files below a directory have, each file once. Links are not followed. */
public final class TreeSize {
    private final Set<Inode> seen = new HashSet<>();
    private long bytes;

    private record Inode(DeviceNumber device, long number) {}

    private TreeSize() {}

    /** The sum of the sizes of all regular files below a directory. */
    public static long of(Path path) {
        TreeSize size = new TreeSize();
        try (Directory directory = Directory.open(path.toString())) {
            size.add(directory);
        }
        return size.bytes;
    }

    private void add(Directory directory) {
        for (DirectoryEntry entry : directory.list()) {
            Optional<Stat> stat = directory.find(entry.name());
            if (stat.isEmpty()) {
                continue;
            }
            switch (stat.get().type()) {
                case REGULAR -> {
                    if (stat.get().links() == 1
                            || seen.add(
                                    new Inode(stat.get().device(), stat.get().inode()))) {
                        bytes += stat.get().size();
                    }
                }
                case DIRECTORY -> {
                    try (Directory inner = directory.subdirectory(entry.name())) {
                        add(inner);
                    } catch (LinuxException e) {
                        // Removed or replaced meanwhile.
                        if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR)) {
                            throw e;
                        }
                    }
                }
                default -> {}
            }
        }
    }
}
