package io.whalebox.engine;

import io.avaje.jsonb.JsonType;
import io.whalebox.image.JsonFormats;
import io.whalebox.image.ParsedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The file of a container's {@link MountPoint}s in its directory; there is none where there are none. */
final class MountFile {
    static final String NAME = "mounts.json";

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

    /** What those of all containers say. */
    static ParsedFiles<List<MountPoint>> parsed() {
        return ParsedFiles.ofJson(() -> Json.TYPE);
    }
}
