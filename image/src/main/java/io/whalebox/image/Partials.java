package io.whalebox.image;

import io.whalebox.linux.Directory;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileLock;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.PrivateDirectory;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Blobs on their way here from a registry, which outlive the process that fetches them: the next one goes on at the byte
 * where the last one stopped.
 *
 * <pre>
 *   partial/HEX/data    the bytes so far, locked by the lock of their directory
 * </pre>
 *
 * <p>Who works on one holds its lock, so that of several who want a blob, in this process or in others, one fetches it
 * and the others find it here. What nobody has come back for within a day is removed.
 */
final class Partials {
    private static final Duration KEPT = Duration.ofDays(1);

    /** How often a lock that another one holds is asked for; flock(2) itself can't be interrupted. */
    private static final long PAUSE_MILLIS = 50;

    private final Path directory;

    Partials(Path directory) {
        this.directory = PrivateDirectory.make(directory);
    }

    /** Waits until nobody else fetches this blob, and keeps others from it. */
    Partial lock(Digest blob) {
        Path own = directory.resolve(blob.hex());
        while (true) {
            Optional<Partial> partial = tryLock(own);
            if (partial.isPresent()) {
                return partial.get();
            }
            try {
                Thread.sleep(PAUSE_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new WhaleboxException(ErrorKind.UNAVAILABLE, "waiting for " + blob + " was interrupted", e);
            }
        }
    }

    /** Forgets what has come of a blob, unless somebody else is fetching it. */
    void discard(Digest blob) {
        Path own = directory.resolve(blob.hex());
        if (Files.exists(own)) {
            tryLock(own).ifPresent(partial -> {
                try (partial) {
                    partial.discard();
                }
            });
        }
    }

    private static Optional<Partial> tryLock(Path own) {
        makeIfAbsent(own);
        try (Directory opened = Directory.open(own.toString())) {
            Optional<FileLock> lock = FileLock.tryOn(opened);
            // Whoever had it may have removed it between the two, and then another one may have made it anew.
            if (lock.isPresent() && !isAt(own, opened)) {
                lock.get().close();
                return Optional.empty();
            }
            return lock.map(held -> new Partial(own, held));
        } catch (LinuxException e) {
            if (Files.exists(own)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static void makeIfAbsent(Path own) {
        try {
            Files.createDirectory(
                    own, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (FileAlreadyExistsException e) {
            // Another one's, or one that was left: its lock tells.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isAt(Path path, Directory opened) {
        try (Directory there = Directory.open(path.toString())) {
            return there.stat().isSameFile(opened.stat());
        } catch (LinuxException e) {
            return false;
        }
    }

    /** Whether there are any that nobody has come back for. */
    boolean hasExpired() {
        return !expired().isEmpty();
    }

    /** Removes those. Only the collector may, since nobody holds a lease then, and so nobody a lock. */
    void sweep() {
        expired().forEach(Partial::remove);
    }

    private List<Path> expired() {
        Instant oldest = Instant.now().minus(KEPT);
        return StoreDirectory.list(directory).stream()
                .map(directory::resolve)
                .filter(path -> lastChanged(path).isBefore(oldest))
                .toList();
    }

    private static Instant lastChanged(Path partial) {
        try {
            Path data = partial.resolve(Partial.DATA);
            return Files.getLastModifiedTime(Files.exists(data) ? data : partial)
                    .toInstant();
        } catch (IOException e) {
            if (!Files.exists(partial)) {
                return Instant.MAX;
            }
            throw new UncheckedIOException(e);
        }
    }
}
