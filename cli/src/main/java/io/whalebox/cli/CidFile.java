package io.whalebox.cli;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The file that {@code --cidfile} names: made before the container, so that two commands cannot share one. */
final class CidFile implements AutoCloseable {
    private final Path path;
    private boolean written;

    private CidFile(Path path) {
        this.path = path;
    }

    /** The one that a command line names, if it does. */
    static Optional<CidFile> of(CommandLine line, Console console) {
        return line.value(RunFlags.CIDFILE)
                .filter(path -> !path.isEmpty())
                .map(path -> create(console.directory().resolve(path)));
    }

    private static CidFile create(Path path) {
        try {
            Files.createFile(path);
            return new CidFile(path);
        } catch (FileAlreadyExistsException e) {
            throw new WhaleboxException(
                    ErrorKind.CONFLICT,
                    "container ID file found, make sure the other container isn't running or delete " + path,
                    e);
        } catch (IOException e) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "failed to create the container ID file " + path
                            + ": no such directory, or no right to write there",
                    e);
        }
    }

    void write(String id) {
        try {
            Files.writeString(path, id);
            written = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One without an id would be in the way of the next attempt. */
    @Override
    public void close() {
        if (!written) {
            try {
                Files.deleteIfExists(path);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
