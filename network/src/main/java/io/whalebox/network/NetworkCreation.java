package io.whalebox.network;

import java.util.List;
import java.util.Map;

/**
 * What a user wants of a new network.
 *
 * @param subnets one of each family at most; chosen when empty
 * @param ranges parts of these that addresses are given out of
 * @param gateways addresses in these
 * @param auxiliary addresses in these that are not given out, by name
 * @param six whether it has IPv6 addresses, chosen unless a subnet says which
 */
public record NetworkCreation(
        String name,
        String driver,
        List<String> subnets,
        List<String> ranges,
        List<String> gateways,
        Map<String, String> auxiliary,
        boolean internal,
        boolean attachable,
        boolean six,
        Map<String, String> options,
        Map<String, String> labels) {
    public NetworkCreation {
        subnets = List.copyOf(subnets);
        ranges = List.copyOf(ranges);
        gateways = List.copyOf(gateways);
        auxiliary = Map.copyOf(auxiliary);
        options = Map.copyOf(options);
        labels = Map.copyOf(labels);
    }

    /** A bridge with nothing said about it. */
    public static NetworkCreation bridge(String name) {
        return new NetworkCreation(
                name,
                NetworkRecord.BRIDGE,
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                false,
                false,
                false,
                Map.of(),
                Map.of());
    }
}
