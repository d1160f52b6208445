package io.whalebox.network;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Optional;

/**
 * What a user wants of a container's place on a network; what is left open is chosen.
 *
 * @param network its name or id
 * @param ip an IPv4 address
 * @param ip6 an IPv6 address
 * @param mac a hardware address
 * @param aliases names beside the container's own
 * @param links names of its own for others
 */
@Json
public record EndpointSpec(
        String network,
        Optional<String> ip,
        Optional<String> ip6,
        Optional<String> mac,
        List<String> aliases,
        List<LinkSpec> links) {
    public EndpointSpec {
        aliases = List.copyOf(aliases);
        links = List.copyOf(links);
    }

    /** A place that is only wanted to be on this network. */
    public static EndpointSpec on(String network) {
        return new EndpointSpec(network, Optional.empty(), Optional.empty(), Optional.empty(), List.of(), List.of());
    }

    /** Whether it is on the network for all who want no other. */
    public boolean isOnDefault() {
        return network.equals(NetworkSpec.DEFAULT_NETWORK);
    }

    /** The same with other links. */
    public EndpointSpec linkedTo(List<LinkSpec> others) {
        return new EndpointSpec(network, ip, ip6, mac, aliases, others);
    }
}
