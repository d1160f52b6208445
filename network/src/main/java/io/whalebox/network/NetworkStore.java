package io.whalebox.network;

import io.whalebox.linux.Directory;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileLock;
import io.whalebox.linux.FileName;
import io.whalebox.linux.PrivateDirectory;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Networks on disk. A record never changes; so what was read stays true until the directory's own time says that a
 * network has come or gone.
 *
 * <pre>
 *   networks/ID/network.json      what it is
 *   networks/ID/leases/ADDRESS    who has an address
 *   networks/ports/               who has a port of the host
 * </pre>
 */
final class NetworkStore {
    private static final JsonFile<NetworkRecord> FILES = new JsonFile<>(NetworkRecord.class);
    private static final String RECORD = "network.json";
    private static final String LEASES = "leases";
    private static final Pattern ID = Pattern.compile("[0-9a-f]{64}");

    /** Some file systems count time in larger steps than this, so a younger list may not be the last of its time. */
    private static final Duration YOUNG = Duration.ofMillis(50);

    private final Path directory;
    private final Predicate<String> inUse;
    private volatile Known known = new Known(FileTime.fromMillis(0), List.of());

    private record Known(FileTime changed, List<NetworkRecord> networks) {}

    NetworkStore(Path directory, Predicate<String> inUse) {
        this.directory = directory;
        this.inUse = inUse;
    }

    Path directory() {
        return directory;
    }

    /** Whether there has ever been a network in this store. */
    boolean isThere() {
        return Files.isDirectory(directory);
    }

    /** Waits until nobody else adds networks, takes some away, or hands out ports. */
    FileLock lock() {
        PrivateDirectory.make(directory.resolve("ports"));
        try (Directory open = Directory.open(directory.toString())) {
            return FileLock.on(open);
        }
    }

    /** All of them, the oldest first. */
    List<NetworkRecord> list() {
        try {
            FileTime changed = Files.getLastModifiedTime(directory);
            Known before = known;
            if (before.changed().equals(changed)) {
                return before.networks();
            }
            List<NetworkRecord> networks = read();
            if (changed.toInstant().plus(YOUNG).isBefore(Instant.now())) {
                known = new Known(changed, networks);
            }
            return networks;
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<NetworkRecord> read() throws IOException {
        List<NetworkRecord> networks = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (ID.matcher(String.valueOf(entry.getFileName())).matches()) {
                    FILES.read(entry.resolve(RECORD)).ifPresent(networks::add);
                }
            }
        }
        networks.sort(Comparator.comparing(NetworkRecord::created));
        return List.copyOf(networks);
    }

    /** The one of this name, this id, or an id that begins so. */
    Optional<NetworkRecord> find(String nameOrId) {
        List<NetworkRecord> all = list();
        Optional<NetworkRecord> exact = all.stream()
                .filter(network ->
                        network.name().equals(nameOrId) || network.id().equals(nameOrId))
                .findFirst();
        if (exact.isPresent() || nameOrId.isEmpty()) {
            return exact;
        }
        List<NetworkRecord> some = all.stream()
                .filter(network -> network.id().startsWith(nameOrId))
                .toList();
        if (some.size() > 1) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "network " + nameOrId + " is ambiguous (" + some.size() + " matches found based on ID prefix)");
        }
        return some.stream().findFirst();
    }

    /** Writes a network down, whole or not at all. */
    void add(NetworkRecord network) {
        Path staged = directory.resolve(".new-" + network.id());
        try {
            Files.createDirectory(staged);
            Files.createDirectory(staged.resolve(LEASES));
            FILES.write(staged.resolve(RECORD), network);
            Files.move(staged, directory.resolve(network.id()), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        known = new Known(FileTime.fromMillis(0), List.of());
    }

    /** Takes a network away; nobody has an address of it, or it is refused. */
    void remove(NetworkRecord network) {
        Path here = directory.resolve(network.id());
        Path gone = directory.resolve(".gone-" + network.id());
        try {
            // Whoever comes now to take an address finds no such network.
            Files.move(here, gone, StandardCopyOption.ATOMIC_MOVE);
            known = new Known(FileTime.fromMillis(0), List.of());
            Leases leases = new Leases(network, gone.resolve(LEASES), inUse);
            if (!leases.list().isEmpty()) {
                Files.move(gone, here, StandardCopyOption.ATOMIC_MOVE);
                throw inUse(network, leases);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sweep();
    }

    static WhaleboxException inUse(NetworkRecord network, Leases leases) {
        String users = String.join(
                ", ",
                leases.list().values().stream()
                        .map(lease -> "name:\"" + lease.names().getFirst() + "\" id:\""
                                + lease.container().substring(0, 12) + "\"")
                        .distinct()
                        .toList());
        return new WhaleboxException(
                ErrorKind.DENIED,
                "error while removing network: network " + network.name() + " has active endpoints (" + users + ")");
    }

    /** Removes what was half-made or half-removed when somebody died; the lock is held. */
    void sweep() {
        try (Directory all = Directory.open(directory.toString())) {
            all.list().stream()
                    .map(entry -> entry.name().toString())
                    .filter(name -> name.startsWith(".new-") || name.startsWith(".gone-"))
                    .forEach(name -> all.removeTree(FileName.of(name)));
        }
    }

    Leases leases(NetworkRecord network) {
        return new Leases(network, directory.resolve(network.id()).resolve(LEASES), inUse);
    }
}
