package io.whalebox.network;

import io.avaje.jsonb.Json;
import java.util.List;

/**
 * What a user wants of a container's network.
 *
 * @param ports that the host is to have too
 * @param publishAll whether the host gets a port for each that is exposed
 * @param exposed ports of the container's program, beside those that its image names
 * @param hosts further names with their addresses
 */
@Json
public record NetworkSpec(
        NetworkMode mode,
        List<PortSpec> ports,
        boolean publishAll,
        List<ExposedPort> exposed,
        DnsSpec dns,
        List<HostEntry> hosts) {
    /** How the network is called that containers are on unless told otherwise. */
    public static final String DEFAULT_NETWORK = "bridge";

    /** A loopback interface and nothing else. */
    public static final NetworkSpec NONE = of(new NetworkMode.None());

    /** The host's own. */
    public static final NetworkSpec HOST = of(new NetworkMode.Host());

    /** The network for all who want no other. */
    public static final NetworkSpec BRIDGE = of(new NetworkMode.Attached(List.of(EndpointSpec.on(DEFAULT_NETWORK))));

    public NetworkSpec {
        ports = List.copyOf(ports);
        exposed = List.copyOf(exposed);
        hosts = List.copyOf(hosts);
    }

    /** A mode and nothing further. */
    public static NetworkSpec of(NetworkMode mode) {
        return new NetworkSpec(mode, List.of(), false, List.of(), DnsSpec.OF_HOST, List.of());
    }

    /** The same in another mode. */
    public NetworkSpec with(NetworkMode other) {
        return new NetworkSpec(other, ports, publishAll, exposed, dns, hosts);
    }

    /** Whether the container is in the host's own network namespace. */
    public boolean isHost() {
        return mode instanceof NetworkMode.Host;
    }
}
