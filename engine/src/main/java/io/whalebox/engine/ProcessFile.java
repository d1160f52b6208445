package io.whalebox.engine;

import io.avaje.json.JsonException;
import io.avaje.jsonb.JsonType;
import io.whalebox.image.JsonFormats;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The file of a {@link ProcessRecord} in the directory of its container. */
final class ProcessFile {
    private static final String NAME = "process.json";

    /** Made when first needed, by whoever needs it first. */
    private static final class Json {
        static final JsonType<ProcessRecord> TYPE = JsonFormats.of(ProcessRecord.class, RecordFormat.GENERATED);
    }

    private ProcessFile() {}

    /** Does ahead of time what the first record would have to wait for. */
    static void prepare() {
        var _ = Json.TYPE;
    }

    /** Writes it down before the container starts; nobody reads it until then. */
    static void write(Path container, ProcessRecord process) {
        try {
            Files.writeString(container.resolve(NAME), Json.TYPE.toJson(process));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads it, if the container has ever been started. */
    static Optional<ProcessRecord> find(Path container) {
        return Files.exists(container.resolve(NAME)) ? Optional.of(read(container)) : Optional.empty();
    }

    /**
     * Reads it.
     *
     * @throws WhaleboxException INTERNAL when it can't be
     */
    static ProcessRecord read(Path container) {
        Path file = container.resolve(NAME);
        try {
            return Json.TYPE.fromJson(Files.readString(file));
        } catch (IOException | JsonException e) {
            throw new WhaleboxException(
                    ErrorKind.INTERNAL,
                    "container " + container.getFileName() + " is damaged: " + file
                            + " can't be read; nothing can be run in it until it is restarted",
                    e);
        }
    }
}
