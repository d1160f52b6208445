package io.whalebox.engine;

import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import io.whalebox.engine.event.EventLog;
import io.whalebox.engine.volume.VolumeStore;
import io.whalebox.image.ParsedFiles;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.Stat;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Containers on disk.
 *
 * <pre>
 *   containers/ID/container.json   what was asked of it; without it, a container is half-made
 *   containers/ID/state.json       what has become of it, once it was started
 *   containers/ID/health.json      what its health checks have found
 *   containers/ID/stopped          there since a user has ended it
 *   containers/ID/paused           there since before its processes were stopped where they are
 *   containers/ID/upper, work      its own layer
 *   containers/ID/hosts …          files that are mounted into it
 *   removed/ID                     what is left of it once it is removed
 *   names/NAME                     the id of the container that is called so
 * </pre>
 *
 * <p>Each of the first two is written whole or not at all, and the second only by whoever holds the container's mark.
 */
final class ContainerStore implements AutoCloseable {
    private static final System.Logger LOG = Loggers.named("io.whalebox.engine");
    private static final int ID_DIGITS = 64;
    private static final String HEALTH = "health.json";
    private static final String STOPPED = "stopped";
    private static final String PAUSED = "paused";
    /** As long as what will be written down of an end, which takes this file's place on the disk. */
    private static final String ROOM = ".end";

    private static final int ROOM_BYTES = 1024;
    private static final List<String> OF_A_RUN =
            List.of("exit", "monitor", "hostname", "hosts", "resolv.conf", HEALTH, PAUSED);

    /** Made when first needed, by whoever needs it first. */
    private static final class Json {
        static final JsonType<ContainerConfig> CONFIG;
        static final JsonType<ContainerState> STATE;
        static final JsonType<Health> HEALTH;

        static {
            Jsonb json = RecordFormat.make();
            CONFIG = json.type(ContainerConfig.class);
            STATE = json.type(ContainerState.class);
            HEALTH = json.type(Health.class);
        }
    }

    private final Home home;
    private final Remains remains;
    private final VolumeStore volumes;
    private final ContainerEvents events;
    private final RecordFile<ContainerConfig> configs = RecordFile.of("container.json", () -> Json.CONFIG);
    private final RecordFile<ContainerState> states = RecordFile.of("state.json", () -> Json.STATE);
    private final RecordFile<Health> healths = RecordFile.of(HEALTH, () -> Json.HEALTH);
    private final ParsedFiles<List<MountPoint>> mounts = MountFile.parsed();

    /**
     * @param log where events are told
     */
    ContainerStore(Home home, EventLog log) {
        this.home = home;
        remains = new Remains(home);
        events = new ContainerEvents(log);
        volumes = VolumeStore.open(home.root(), this::holders, log);
    }

    /** The volumes that containers may have. */
    VolumeStore volumes() {
        return volumes;
    }

    /** Those that have a volume of this name, half-made ones among them. */
    private List<String> holders(String volume) {
        return ids().stream()
                .filter(id -> mountsOf(id).stream()
                        .anyMatch(mount -> mount.isVolume() && mount.name().equals(volume)))
                .toList();
    }

    /** Does ahead of time what the first record would have to wait for. */
    static void prepare() {
        var _ = Json.CONFIG;
    }

    /**
     * Gives a name to a container, to no other at the same time.
     *
     * @throws WhaleboxException CONFLICT, in Docker's words
     */
    void claimName(String name, String id) {
        Path file = home.names().resolve(name);
        Path staged = home.names().resolve("." + id);
        try {
            try {
                Files.writeString(staged, id);
                Files.createLink(file, staged);
            } finally {
                Files.deleteIfExists(staged);
            }
        } catch (FileAlreadyExistsException e) {
            throw new WhaleboxException(
                    ErrorKind.CONFLICT,
                    "Conflict. The container name \"/" + name + "\" is already in use by container \""
                            + owner(name).orElse("unknown")
                            + "\". You have to remove (or rename) that container to be able to reuse that name.",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The id of the container that has this name. */
    Optional<String> owner(String name) {
        if (!ContainerName.isName(name)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Files.readString(home.names().resolve(name)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes down what was asked of a container. */
    void save(ContainerConfig config) {
        configs.write(home.container(config.id()), config, !config.spec().autoRemove());
    }

    /**
     * Writes down what has become of a container. With its start room is kept on the disk for its end, which is then known
     * even if the disk is full by that time.
     */
    void save(ContainerRecord container) {
        boolean lasting = !container.autoRemove();
        boolean begins = container.state().isOpen();
        Path directory = home.container(container.id());
        Path room = directory.resolve(ROOM);
        if (begins && lasting) {
            try {
                Files.writeString(room, " ".repeat(ROOM_BYTES));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        if (lasting && !begins && Files.exists(room)) {
            states.write(directory, ROOM, container.state(), lasting);
        } else {
            states.write(directory, container.state(), lasting);
        }
    }

    /** Writes down what a health check has found. */
    void save(String id, Health health) {
        if (Files.exists(home.container(id))) {
            healths.write(home.container(id), health, false);
        }
    }

    /** What health checks have found; nothing, should that be damaged: the next one writes it anew. */
    Optional<Health> health(String id) {
        try {
            return read(id, healths);
        } catch (WhaleboxException e) {
            LOG.log(System.Logger.Level.DEBUG, e.getMessage());
            return Optional.empty();
        }
    }

    /** Writes down that a user has ended a container. Anyone may, whoever holds it. */
    void stopped(String id) {
        try {
            Files.writeString(home.container(id).resolve(STOPPED), "");
        } catch (NoSuchFileException e) {
            // It has just been removed.
            LOG.log(System.Logger.Level.DEBUG, "container {0} is gone", id);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes down that a container is about to be paused. */
    void pausing(String id) {
        try {
            Files.writeString(home.container(id).resolve(PAUSED), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a container may be paused, which the kernel knows for certain but takes its time to say. */
    boolean mayBePaused(String id) {
        return Stat.find(home.container(id).resolve(PAUSED).toString()).isPresent();
    }

    /** Writes down that a container is not paused any more. */
    void unpaused(String id) {
        try {
            Files.deleteIfExists(home.container(id).resolve(PAUSED));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Removes what the last run of a container has left, which is about to be started again.
     *
     * @param anew whether also that it was a user who ended it
     */
    void forgetRun(String id, boolean anew) {
        try {
            for (String name : OF_A_RUN) {
                Files.deleteIfExists(home.container(id).resolve(name));
            }
            if (anew) {
                Files.deleteIfExists(home.container(id).resolve(STOPPED));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is written of a container; empty for one that is half-made or does not exist. */
    Optional<ContainerRecord> find(String id) {
        return read(id, configs)
                .map(config -> new ContainerRecord(
                        config,
                        read(id, states).orElse(ContainerState.CREATED),
                        // Of no interest to others, whom this need not cost a look.
                        config.spec().life().restart().mode() != RestartPolicy.Mode.NO
                                && Files.exists(home.container(id).resolve(STOPPED))));
    }

    private <T> Optional<T> read(String id, RecordFile<T> kind) {
        return read(id, kind.file(), kind.parsed());
    }

    private <T> Optional<T> read(String id, String name, ParsedFiles<T> files) {
        Path file = home.container(id).resolve(name);
        try {
            return files.read(file);
        } catch (CharacterCodingException | RuntimeException e) {
            throw new WhaleboxException(
                    ErrorKind.INTERNAL,
                    "container " + id + " is damaged: " + file + " can't be read; remove it by whalebox rm -f",
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The ids of the further programs of a container. */
    List<String> execs(String id) {
        Path directory = home.container(id).resolve("exec");
        return Files.isDirectory(directory) ? names(directory) : List.of();
    }

    /** Whether there is a container, perhaps half-made, whose whole id this is. */
    boolean isId(String text) {
        return text.length() == ID_DIGITS && ContainerName.isName(text) && Files.isDirectory(home.container(text));
    }

    /** The ids of all directories, of whole containers and of half-made ones. */
    List<String> ids() {
        return names(home.containers());
    }

    private static List<String> names(Path directory) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return names;
    }

    /** All containers that can be read; damaged ones are told of in the log. */
    List<ContainerRecord> list() {
        List<ContainerRecord> containers = new ArrayList<>();
        for (String id : ids()) {
            try {
                find(id).ifPresent(containers::add);
            } catch (WhaleboxException e) {
                LOG.log(System.Logger.Level.WARNING, e.getMessage());
            }
        }
        return containers;
    }

    /**
     * Removes a container at once, and then its name: whoever sees the name free may take it.
     *
     * @param withVolumes whether also the volumes that were made for it alone
     */
    void remove(ContainerRecord container, boolean withVolumes) {
        List<MountPoint> mounts = withVolumes ? mounts(container) : List.of();
        try {
            discard(container.id(), Optional.of(container.name()));
            events.tell(container, "destroy");
            ContainerVolumes.removeAnonymous(volumes, mounts);
        } finally {
            remains.delete(container.id());
        }
    }

    /** The same with one that was never whole, or is so no more: nobody has heard of it. */
    void discard(String id, Optional<String> name, boolean withVolumes) {
        List<MountPoint> mounts = withVolumes ? mounts(id) : List.of();
        try {
            discard(id, name);
            ContainerVolumes.removeAnonymous(volumes, mounts);
        } finally {
            remains.delete(id);
        }
    }

    private void discard(String id, Optional<String> name) {
        if (remains.take(id)) {
            forget(id);
        }
        name.filter(it -> owner(it).equals(Optional.of(id))).ifPresent(this::dropName);
    }

    private void forget(String id) {
        Path directory = home.container(id);
        List.of(configs, states, healths).forEach(kind -> kind.forget(directory));
        mounts.forget(directory.resolve(MountFile.NAME));
    }

    /** What a container has mounted of its user's; nothing where the note of that is damaged. */
    List<MountPoint> mounts(ContainerRecord container) {
        return container.spec().files().mounts().isEmpty() ? List.of() : mounts(container.id());
    }

    private List<MountPoint> mounts(String id) {
        try {
            return mountsOf(id);
        } catch (WhaleboxException e) {
            LOG.log(System.Logger.Level.WARNING, e.getMessage());
            return List.of();
        }
    }

    /**
     * The same of any container, half-made ones too.
     *
     * @throws WhaleboxException INTERNAL when the note is damaged
     */
    List<MountPoint> mountsOf(String id) {
        return read(id, MountFile.NAME, mounts).orElse(List.of());
    }

    /** Removes every name of a container whose own record does not tell it. */
    void dropNamesOf(String id) {
        try (DirectoryStream<Path> names = Files.newDirectoryStream(home.names())) {
            for (Path name : names) {
                // One that was about to be claimed may not hold the id yet.
                if (name.endsWith("." + id) || Files.readString(name).equals(id)) {
                    Files.deleteIfExists(name);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes what dead engines left of containers that they removed. */
    void sweep() {
        remains.sweep();
    }

    /** Returns when nothing is left of removed containers. */
    @Override
    public void close() {
        remains.close();
    }

    void dropName(String name) {
        try {
            Files.deleteIfExists(home.names().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
