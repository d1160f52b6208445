package io.whalebox.network;

import java.util.List;

/**
 * What a container has been given of networks, while it waits to be connected.
 *
 * @param hosts lines for the container's hosts(5), behind those for loopback
 * @param resolvConf the container's resolv.conf(5)
 */
public record Reservation(
        ContainerNetwork network, List<Wires.Connection> connections, List<String> hosts, String resolvConf) {
    public Reservation {
        connections = List.copyOf(connections);
        hosts = List.copyOf(hosts);
    }
}
