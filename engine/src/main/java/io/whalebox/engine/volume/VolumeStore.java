package io.whalebox.engine.volume;

import io.avaje.json.JsonException;
import io.avaje.jsonb.JsonType;
import io.whalebox.engine.event.Event;
import io.whalebox.engine.event.EventLog;
import io.whalebox.image.JsonFormats;
import io.whalebox.jsonb.GeneratedJsonComponent;
import io.whalebox.linux.Directory;
import io.whalebox.linux.DirectoryEntry;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileLock;
import io.whalebox.linux.FileName;
import io.whalebox.linux.FileType;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.PrivateDirectory;
import io.whalebox.linux.Randomness;
import io.whalebox.linux.RegularFile;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.TreeSize;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The volumes of a store:
 *
 * <pre>
 * volumes/NAME/volume.json   what there is to know of it
 * volumes/NAME/_data/        its content, unless that comes from elsewhere
 * volumes/NAME/filling       there while the image's content is copied into it
 * volumes/.…/                what is being made or removed
 * </pre>
 *
 * <p>A volume is there whole or not at all: it is made elsewhere and renamed, and removed the other way round. A
 * container that is to use volumes is made under a {@link #lease}, and a volume is removed only while nobody has one,
 * so that none goes between the look for its users and a new user's coming. The kernel ends leases with their holders.
 */
public final class VolumeStore {
    private static final System.Logger LOG = Loggers.named("io.whalebox.engine");
    private static final FileName RECORD = FileName.of("volume.json");
    private static final FileName DATA = FileName.of("_data");
    private static final int LARGEST_RECORD = 1 << 20;
    private static final int STAGE_BYTES = 16;

    private final Path path;
    private final Function<String, List<String>> users;
    private final EventLog events;

    /** Made when first needed, by whoever needs it first. */
    private static final class Json {
        static final JsonType<Volume> TYPE = JsonFormats.of(Volume.class, new GeneratedJsonComponent());
    }

    private VolumeStore(Path path, Function<String, List<String>> users, EventLog events) {
        this.events = events;
        this.path = path;
        this.users = users;
    }

    /**
     * Opens the volumes below Whalebox's root directory.
     *
     * @param users the ids of the containers that a volume of this name belongs to
     * @param events where it is told what happens to volumes
     */
    public static VolumeStore open(Path root, Function<String, List<String>> users, EventLog events) {
        Path path = root.resolve("volumes");
        PrivateDirectory.make(path);
        return new VolumeStore(path, users, events);
    }

    /** What volumes are used under, from the look whether they are there to the note that somebody uses them. */
    public static final class Lease implements AutoCloseable {
        private final FileLock lock;

        private Lease(FileLock lock) {
            this.lock = lock;
        }

        @Override
        public void close() {
            lock.close();
        }
    }

    /** Keeps every volume that is there from being removed. */
    public Lease lease() {
        try (Directory volumes = open()) {
            return new Lease(FileLock.sharedOn(volumes));
        }
    }

    /**
     * Makes a volume. One that is there already is left as it is.
     *
     * @return whether it was made
     */
    public boolean create(VolumeName name, Map<String, String> labels, Map<String, String> options) {
        var _ = VolumeSource.of(name.text(), options);
        FileName wanted = FileName.of(name.text());
        try (Directory volumes = open()) {
            if (volumes.find(wanted).isPresent()) {
                return false;
            }
            Volume volume =
                    new Volume(name.text(), labels, options, Instant.now().toString());
            FileName stage = stage();
            volumes.mkdir(stage, 0700);
            try (Directory directory = volumes.subdirectory(stage);
                    FileLock _ = FileLock.on(directory)) {
                directory.mkdir(DATA, 0755);
                directory.chmod(DATA, 0755);
                write(directory, volume);
                directory.syncFileSystem();
                boolean made = volumes.renameIfAbsent(stage, volumes, wanted);
                if (!made) {
                    volumes.removeTree(stage);
                }
                volumes.sync();
                if (made) {
                    tell("create", volume);
                }
                return made;
            }
        }
    }

    private void tell(String action, Volume volume) {
        events.publish(Event.now("volume", action, volume.name(), Map.of(), "driver", Volume.DRIVER));
    }

    private static FileName stage() {
        return FileName.of("." + Randomness.hex(STAGE_BYTES));
    }

    private static void write(Directory directory, Volume volume) {
        byte[] text = Json.TYPE.toJson(volume).getBytes(StandardCharsets.UTF_8);
        try (RegularFile file = RegularFile.create(directory, RECORD, 0600)) {
            file.write(text, 0, text.length);
        }
    }

    /** The volume of this name, if there is one. */
    public Optional<Volume> find(String name) {
        if (!VolumeName.isName(name)) {
            return Optional.empty();
        }
        FileName wanted = FileName.of(name);
        try (Directory volumes = open()) {
            if (volumes.find(wanted).isEmpty()) {
                return Optional.empty();
            }
            try (Directory directory = volumes.subdirectory(wanted)) {
                return Optional.of(
                        Json.TYPE.fromJson(new String(directory.read(RECORD, LARGEST_RECORD), StandardCharsets.UTF_8)));
            }
        } catch (LinuxException | JsonException e) {
            throw new WhaleboxException(
                    ErrorKind.INTERNAL,
                    "volume " + name + " is damaged: " + path.resolve(name).resolve(RECORD.toString())
                            + " can't be read; its content is in " + mountpoint(name),
                    e);
        }
    }

    /**
     * The volume of this name.
     *
     * @throws WhaleboxException NOT_FOUND, in Docker's words
     */
    public Volume get(String name) {
        return find(name)
                .orElseThrow(() -> new WhaleboxException(ErrorKind.NOT_FOUND, "get " + name + ": no such volume"));
    }

    /** All volumes, by name; damaged ones are told of in the log. */
    public List<Volume> list() {
        List<Volume> volumes = new ArrayList<>();
        for (String name : names()) {
            try {
                find(name).ifPresent(volumes::add);
            } catch (WhaleboxException e) {
                LOG.log(System.Logger.Level.WARNING, e.getMessage());
            }
        }
        return volumes;
    }

    private List<String> names() {
        try (Directory volumes = open()) {
            return volumes.list().stream()
                    .filter(entry -> entry.type() == FileType.DIRECTORY)
                    .map(entry -> entry.name().toString())
                    .filter(VolumeName::isName)
                    .sorted()
                    .toList();
        }
    }

    /** The containers that a volume belongs to, by their ids. */
    public List<String> users(Volume volume) {
        return users.apply(volume.name());
    }

    /** Where a volume's own content is. */
    public Path mountpoint(String name) {
        return path.resolve(name).resolve(DATA.toString());
    }

    /** The bytes of a volume's own files. */
    public long size(Volume volume) {
        return TreeSize.of(mountpoint(volume.name()));
    }

    /**
     * Removes a volume and its content.
     *
     * @throws WhaleboxException CONFLICT when a container has it, in Docker's words
     */
    public void remove(Volume volume) {
        FileName name = FileName.of(volume.name());
        FileName stage = stage();
        try (Directory volumes = open()) {
            try (FileLock _ = FileLock.on(volumes)) {
                List<String> present = users(volume);
                if (!present.isEmpty()) {
                    throw new WhaleboxException(
                            ErrorKind.CONFLICT,
                            "remove " + volume.name() + ": volume is in use - [" + String.join(", ", present) + "]");
                }
                if (volumes.find(name).isEmpty()) {
                    return;
                }
                volumes.rename(name, volumes, stage);
            }
            tell("destroy", volume);
            // Out of everyone's sight by now; after a crash it is the sweep that goes on.
            volumes.removeTree(stage);
        }
    }

    /** Removes what crashes have left half-made or half-removed. */
    public void sweep() {
        try (Directory volumes = open()) {
            for (DirectoryEntry entry : volumes.list()) {
                if (entry.name().startsWith(new byte[] {'.'}) && isAbandoned(volumes, entry.name())) {
                    volumes.removeTree(entry.name());
                }
            }
        }
    }

    private static boolean isAbandoned(Directory volumes, FileName stage) {
        try (Directory directory = volumes.subdirectory(stage)) {
            Optional<FileLock> free = FileLock.tryOn(directory);
            free.ifPresent(FileLock::close);
            return free.isPresent();
        } catch (LinuxException e) {
            // Finished by its owner just now.
            return false;
        }
    }

    Directory directory(String name) {
        try (Directory volumes = open()) {
            return volumes.subdirectory(FileName.of(name));
        }
    }

    private Directory open() {
        return Directory.open(path.toString());
    }
}
