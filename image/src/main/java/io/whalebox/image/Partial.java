package io.whalebox.image;

import io.whalebox.linux.FileLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** One blob of {@link Partials}, locked. What has come of it stays when it is closed, unless it was discarded. */
final class Partial implements AutoCloseable {
    static final String DATA = "data";

    private final Path directory;
    private final FileLock lock;

    Partial(Path directory, FileLock lock) {
        this.directory = directory;
        this.lock = lock;
    }

    /** The file with the bytes so far, if there are any. */
    Path data() {
        return directory.resolve(DATA);
    }

    /** Forgets the bytes. */
    void discard() {
        StoreDirectory.delete(data());
    }

    @Override
    public void close() {
        try (lock) {
            if (!Files.exists(data())) {
                StoreDirectory.delete(directory);
            }
        }
    }

    /** Removes one that nobody works on. */
    static void remove(Path directory) {
        try {
            Files.deleteIfExists(directory.resolve(DATA));
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
