package io.whalebox.image;

import io.whalebox.linux.PrivateDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Where files are written before they have their name. A file appears under its name whole and on disk, or not at all:
 * it is synced, then renamed, then the directory is synced.
 *
 * <p>Files here belong to holders of a {@link Lease}; without one, all that is found here was left by a process that
 * died.
 */
final class Staging {
    private final Path directory;

    Staging(Path directory) {
        this.directory = PrivateDirectory.make(directory);
    }

    /** An empty file of its own. */
    Path newFile(Lease lease) {
        try {
            return Files.createTempFile(directory, "", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An empty file that says, as long as it is there, that something may have to be collected. */
    Path mark() {
        try {
            return Files.createTempFile(directory, "", ".mark");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether nobody is adding anything, nobody died while doing so, and nothing waits to be collected. */
    boolean isEmpty() {
        return StoreDirectory.list(directory).isEmpty();
    }

    /** Gives a file its name, replacing what has it. */
    void publish(Path file, Path name) {
        try {
            sync(file, StandardOpenOption.WRITE);
            Files.move(file, name, StandardCopyOption.ATOMIC_MOVE);
            sync(StoreDirectory.of(name), StandardOpenOption.READ);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a small file and gives it its name. */
    void publish(Lease lease, byte[] content, Path name) {
        Path file = newFile(lease);
        try {
            Files.write(file, content);
            publish(file, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            discard(file);
        }
    }

    /** Removes a file that got no name; one that did is not here any more. */
    void discard(Path file) {
        StoreDirectory.delete(file);
    }

    /** Removes what dead processes left. Only the collector may, since nobody holds a lease then. */
    void sweep() {
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
            left.forEach(StoreDirectory::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void sync(Path file, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(file, option)) {
            channel.force(true);
        }
    }
}
