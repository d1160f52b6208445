package io.whalebox.engine;

import io.avaje.json.JsonException;
import io.avaje.jsonb.JsonType;
import io.whalebox.image.JsonFormats;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The file of a container's {@link MountPoint}s in its directory; there is none where there are none. */
final class MountFile {
    private static final String NAME = "mounts.json";

    /** Made when first needed, by whoever needs it first. */
    private static final class Json {
        static final JsonType<List<MountPoint>> TYPE =
                JsonFormats.of(MountPoint.class, RecordFormat.GENERATED).list();
    }

    private MountFile() {}

    /** Writes it, before the container can be seen: from then on the volumes in it are kept for the container. */
    static void write(Path container, List<MountPoint> mounts) {
        if (mounts.isEmpty()) {
            return;
        }
        try {
            Files.writeString(container.resolve(NAME), Json.TYPE.toJson(mounts));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Reads it.
     *
     * @throws WhaleboxException INTERNAL when it can't be
     */
    static List<MountPoint> read(Path container) {
        Path file = container.resolve(NAME);
        try {
            return Json.TYPE.fromJson(Files.readString(file));
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException | JsonException e) {
            throw new WhaleboxException(
                    ErrorKind.INTERNAL,
                    "container " + container.getFileName() + " is damaged: " + file
                            + " can't be read; remove it by whalebox rm -f",
                    e);
        }
    }
}
