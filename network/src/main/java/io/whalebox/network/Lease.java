package io.whalebox.network;

import io.avaje.jsonb.Json;
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
}
