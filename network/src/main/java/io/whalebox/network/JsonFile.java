package io.whalebox.network;

import io.avaje.json.JsonException;
import io.avaje.jsonb.JsonType;
import io.whalebox.image.JsonFormats;
import io.whalebox.image.ParsedFiles;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.network.jsonb.GeneratedJsonComponent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Files that hold one record each. They appear and change at once, whole or not at all. */
final class JsonFile<T> {
    private static final AtomicLong COUNT = new AtomicLong();

    private final JsonType<T> type;
    private final ParsedFiles<T> parsed;

    JsonFile(Class<T> type) {
        this.type = JsonFormats.of(type, new GeneratedJsonComponent(), new NetworkJsonComponent());
        parsed = ParsedFiles.ofJson(() -> this.type);
    }

    Optional<T> read(Path file) {
        try {
            return parsed.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JsonException e) {
            throw new WhaleboxException(ErrorKind.INTERNAL, file + " is damaged and can't be read: remove it", e);
        }
    }

    /** Writes a file, over one that is there. */
    void write(Path file, T content) {
        try {
            Path staged = stage(file, content);
            Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file unless one is there; of those who try at the same time one succeeds. */
    boolean create(Path file, T content) {
        try {
            Path staged = stage(file, content);
            try {
                Files.createLink(file, staged);
                return true;
            } catch (FileAlreadyExistsException e) {
                return false;
            } finally {
                Files.delete(staged);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes a file, if it is there. */
    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path stage(Path file, T content) throws IOException {
        // Beside the file, under a name that no other process or thread takes.
        Path staged = file.resolveSibling("." + ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet());
        try {
            Files.writeString(staged, type.toJson(content));
        } catch (IOException e) {
            // The disk is full, and no half of a file is to be left on it.
            Files.deleteIfExists(staged);
            throw e;
        }
        return staged;
    }
}
