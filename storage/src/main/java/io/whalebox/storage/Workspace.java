package io.whalebox.storage;

import io.whalebox.linux.Directory;
import io.whalebox.linux.DirectoryEntry;
import io.whalebox.linux.Errno;
import io.whalebox.linux.FileLock;
import io.whalebox.linux.FileName;
import io.whalebox.linux.FileType;
import io.whalebox.linux.LinuxException;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A directory for something that is being made or unmade: locked as long as somebody works in it, so that what a crash
 * has left is told from what is in use, and removed with all that is still in it when the work is done.
 */
final class Workspace implements AutoCloseable {
    private final Directory area;
    private final FileName name;
    private final Directory directory;
    private final FileLock lock;

    private Workspace(Directory area, FileName name, Directory directory, FileLock lock) {
        this.area = area;
        this.name = name;
        this.directory = directory;
        this.lock = lock;
    }

    /** A new one in the area that holds them. */
    static Workspace in(Directory area) {
        while (true) {
            FileName name =
                    FileName.of(Long.toHexString(ThreadLocalRandom.current().nextLong()));
            if (area.mkdirIfAbsent(name, 0700)) {
                Optional<Workspace> workspace = locked(area, name);
                if (workspace.isPresent()) {
                    return workspace.get();
                }
            }
        }
    }

    /** Nothing when a sweep was faster to lock it, and has removed it. */
    private static Optional<Workspace> locked(Directory area, FileName name) {
        Directory directory;
        try {
            directory = area.subdirectory(name);
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
        FileLock lock = FileLock.on(directory);
        if (area.find(name).filter(directory.stat()::isSameFile).isEmpty()) {
            lock.close();
            directory.close();
            return Optional.empty();
        }
        return Optional.of(new Workspace(area, name, directory, lock));
    }

    Directory directory() {
        return directory;
    }

    /**
     * Moves all of it elsewhere under its final name, unless that is taken.
     *
     * @return whether it was moved
     */
    boolean publish(Directory to, FileName as) {
        return area.renameIfAbsent(name, to, as);
    }

    @Override
    public void close() {
        try (lock;
                directory) {
            // Once it is published there is nothing of that name.
            area.removeTree(name);
        }
    }

    /**
     * Removes those that nobody has locked.
     *
     * @return how many
     */
    static int sweep(Directory area) {
        int swept = 0;
        for (DirectoryEntry entry : area.list()) {
            if (entry.type() != FileType.DIRECTORY) {
                area.removeTree(entry.name());
                swept++;
                continue;
            }
            try (Directory directory = area.subdirectory(entry.name())) {
                if (removeUnlocked(area, entry.name(), directory)) {
                    swept++;
                }
            } catch (LinuxException e) {
                if (!e.is(Errno.ENOENT)) {
                    throw e;
                }
            }
        }
        return swept;
    }

    private static boolean removeUnlocked(Directory area, FileName name, Directory directory) {
        Optional<FileLock> lock = FileLock.tryOn(directory);
        if (lock.isEmpty()) {
            return false;
        }
        FileLock held = lock.get();
        try (held) {
            // Its owner may have published it between the listing and the lock.
            boolean there = area.find(name).filter(directory.stat()::isSameFile).isPresent();
            if (there) {
                area.removeTree(name);
            }
            return there;
        }
    }
}
