package io.whalebox.engine;

import io.avaje.json.JsonException;
import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import io.whalebox.linux.Directory;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileName;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Containers on disk.
 *
 * <pre>
 *   containers/ID/container.json   what is known of it; written last, so that one without it is half-made
 *   containers/ID/upper, work      its own layer
 *   containers/ID/hosts …          files that are mounted into it
 *   names/NAME                     the id of the container that is called so
 * </pre>
 */
final class ContainerStore {
    private static final System.Logger LOG = System.getLogger("io.whalebox.engine");
    private static final String RECORD = "container.json";

    /** Made when first needed, by whoever needs it first. */
    private static final class Json {
        static final JsonType<ContainerRecord> TYPE = Jsonb.builder().build().type(ContainerRecord.class);
    }

    private final Home home;

    ContainerStore(Home home) {
        this.home = home;
    }

    /** Does ahead of time what the first record would have to wait for. */
    static void prepare() {
        var _ = Json.TYPE;
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
            Files.writeString(staged, id);
            try {
                Files.createLink(file, staged);
            } finally {
                Files.delete(staged);
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

    /** Writes a container down, at once or not at all. */
    void save(ContainerRecord container) {
        Path directory = home.container(container.id());
        Path staged = directory.resolve("." + RECORD);
        try {
            Files.writeString(staged, Json.TYPE.toJson(container));
            Files.move(staged, directory.resolve(RECORD), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is written of a container; empty for one that is half-made or does not exist. */
    Optional<ContainerRecord> find(String id) {
        Path file = home.container(id).resolve(RECORD);
        try {
            return Optional.of(Json.TYPE.fromJson(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (JsonException e) {
            throw new WhaleboxException(
                    ErrorKind.INTERNAL,
                    "container " + id + " is damaged: " + file + " can't be read; remove it by whalebox rm -f",
                    e);
        }
    }

    /** The ids of all directories, of whole containers and of half-made ones. */
    List<String> ids() {
        List<String> ids = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(home.containers())) {
            directories.forEach(directory -> ids.add(directory.getFileName().toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ids;
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

    /** Removes a container's files, and then its name: whoever sees the name free may take it at once. */
    void remove(String id, Optional<String> name) {
        try (Directory containers = Directory.open(home.containers().toString())) {
            FileName directory = FileName.of(id);
            if (containers.find(directory).isPresent()) {
                containers.removeTree(directory);
            }
        }
        name.filter(it -> owner(it).equals(Optional.of(id))).ifPresent(this::dropName);
    }

    /** Removes every name of a container whose own record does not tell it. */
    void dropNamesOf(String id) {
        try (DirectoryStream<Path> names = Files.newDirectoryStream(home.names())) {
            for (Path name : names) {
                if (Files.readString(name).equals(id)) {
                    Files.deleteIfExists(name);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void dropName(String name) {
        try {
            Files.deleteIfExists(home.names().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
