package io.whalebox.network;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The names on each network. They are read from the leases themselves, anew when the directory of those has changed, so
 * whoever connects, disconnects or renames a container, in whichever process, is seen at once.
 */
final class NameTable {
    private static final Duration YOUNG = Duration.ofMillis(50);

    private final NetworkStore store;
    private final Map<String, Names> known = new ConcurrentHashMap<>();

    NameTable(NetworkStore store) {
        this.store = store;
    }

    private record Names(FileTime changed, Map<String, List<IpAddress>> addresses, Map<IpAddress, String> names) {}

    /** The addresses of a name on a network; in any order, so that those who share a name share the work. */
    Optional<List<IpAddress>> find(NetworkRecord network, String name) {
        Map<String, List<IpAddress>> addresses = names(network).addresses();
        // The network's own name may be added, to tell containers on several apart.
        String suffix = "." + network.name().toLowerCase(Locale.ROOT);
        List<IpAddress> found = addresses.get(name);
        if (found == null && name.endsWith(suffix)) {
            found = addresses.get(name.substring(0, name.length() - suffix.length()));
        }
        if (found == null) {
            return Optional.empty();
        }
        List<IpAddress> shuffled = new ArrayList<>(found);
        Collections.shuffle(shuffled);
        return Optional.of(shuffled);
    }

    /** Who has an address, in full. */
    Optional<String> find(NetworkRecord network, IpAddress address) {
        return Optional.ofNullable(names(network).names().get(address)).map(name -> name + "." + network.name());
    }

    private Names names(NetworkRecord network) {
        Leases leases = store.leases(network);
        FileTime changed;
        try {
            changed = Files.getLastModifiedTime(leases.directory());
        } catch (IOException e) {
            return new Names(FileTime.fromMillis(0), Map.of(), Map.of());
        }
        Names before = known.get(network.id());
        if (before != null && before.changed().equals(changed)) {
            return before;
        }
        Map<String, List<IpAddress>> addresses = new HashMap<>();
        Map<IpAddress, String> names = new HashMap<>();
        leases.list().forEach((address, lease) -> {
            lease.names().stream()
                    .map(name -> name.toLowerCase(Locale.ROOT))
                    .distinct()
                    .forEach(name -> addresses
                            .computeIfAbsent(name, _ -> new ArrayList<>())
                            .add(address));
            names.put(address, lease.names().getFirst());
        });
        Names read = new Names(changed, addresses, names);
        if (changed.toInstant().plus(YOUNG).isBefore(Instant.now())) {
            known.put(network.id(), read);
        }
        return read;
    }
}
