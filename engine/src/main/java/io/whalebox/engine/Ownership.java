package io.whalebox.engine;

import io.whalebox.linux.Directory;
import io.whalebox.linux.DirectoryEntry;
import io.whalebox.linux.Errno;
import io.whalebox.linux.FileLock;
import io.whalebox.linux.FileName;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Stat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Who is responsible for a container that is being made or runs: the process that holds the lock on its mark, a
 * directory. The kernel drops the lock when that process dies, however it dies, and then whoever finds the mark tidies
 * up.
 */
final class Ownership {
    private final Path marks;

    Ownership(Path marks) {
        this.marks = marks;
    }

    /** Responsibility for one container, until it is closed. */
    final class Mark implements AutoCloseable {
        private final String id;
        private final FileLock lock;

        private Mark(String id, FileLock lock) {
            this.id = id;
            this.lock = lock;
        }

        String id() {
            return id;
        }

        /** The lock, for a monitor that is to hold it as well. */
        FileLock lock() {
            return lock;
        }

        /** Leaves the container to its monitor, which holds the lock too. */
        void handOver() {
            lock.close();
        }

        /** Gives it up, nothing being left to tidy. */
        @Override
        public void close() {
            try (lock;
                    Directory parent = open()) {
                removeIfPresent(parent, FileName.of(id));
            }
        }
    }

    /** Takes responsibility for a container that does not exist yet, or waits for that of one that does. */
    Mark take(String id) {
        FileName name = FileName.of(id);
        try (Directory parent = open()) {
            while (true) {
                parent.mkdirIfAbsent(name, 0700);
                Optional<FileLock> lock = lockIfStillThere(parent, name, true);
                if (lock.isPresent()) {
                    return new Mark(id, lock.get());
                }
            }
        }
    }

    /** Takes responsibility for one that nobody has. */
    Optional<Mark> tryTake(String id) {
        FileName name = FileName.of(id);
        try (Directory parent = open()) {
            parent.mkdirIfAbsent(name, 0700);
            return lockIfStillThere(parent, name, false).map(lock -> new Mark(id, lock));
        }
    }

    /** Whether a living process is responsible for it. */
    boolean isOwned(String id) {
        String mark = marks.resolve(id).toString();
        // One that has just been removed is no more, even if its lock is still held for a moment.
        return FileLock.isHeld(mark) && Stat.find(mark).isPresent();
    }

    /** Takes over those whose processes have died. */
    List<Mark> abandoned() {
        List<Mark> abandoned = new ArrayList<>();
        try (Directory parent = open()) {
            for (DirectoryEntry entry : parent.list()) {
                lockIfStillThere(parent, entry.name(), false)
                        .ifPresent(lock -> abandoned.add(new Mark(entry.name().toString(), lock)));
            }
        }
        return abandoned;
    }

    /**
     * Locks a mark. Another may have locked, tidied and removed it since it was opened; then this lock keeps nobody
     * out, and is given back.
     */
    private static Optional<FileLock> lockIfStillThere(Directory parent, FileName name, boolean wait) {
        try (Directory mark = parent.subdirectory(name)) {
            Optional<FileLock> lock = wait ? Optional.of(FileLock.on(mark)) : FileLock.tryOn(mark);
            if (lock.isPresent()
                    && parent.find(name)
                            .map(Stat::inode)
                            .filter(it -> it == mark.stat().inode())
                            .isEmpty()) {
                lock.get().close();
                return Optional.empty();
            }
            return lock;
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static void removeIfPresent(Directory parent, FileName name) {
        try {
            parent.rmdir(name);
        } catch (LinuxException e) {
            if (e.is(Errno.ENOTEMPTY)) {
                // Nobody puts anything there but by mistake, for which no container should stay forever.
                parent.removeTree(name);
            } else if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    private Directory open() {
        return Directory.open(marks.toString());
    }
}
