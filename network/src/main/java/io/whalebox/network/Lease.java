package io.whalebox.network;

import io.avaje.jsonb.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Who has an address ({@code networks/ID/leases/ADDRESS}), and the names by which others find it.
 *
 * @param container its id
 * @param names what it is called on this network, the one to tell others first
 */
@Json
record Lease(String container, List<String> names) {
    Lease {
        names = List.copyOf(names);
    }

    /** Of a container that is found by its name, by the first digits of its id, and by what else it is called. */
    static Lease of(String container, String name, List<String> aliases) {
        List<String> names = new ArrayList<>(List.of(name, container.substring(0, Math.min(12, container.length()))));
        names.addAll(aliases);
        return new Lease(container, names);
    }
}
