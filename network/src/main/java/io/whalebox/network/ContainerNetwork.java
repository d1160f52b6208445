package io.whalebox.network;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Optional;

/**
 * The network of a container that runs, as it is written down ({@code containers/ID/network.json}): all that has to be
 * taken back when it ends.
 *
 * @param hostname what it calls itself
 * @param exposed ports that its program listens on, each {@code 80/tcp}
 */
@Json
public record ContainerNetwork(
        String container,
        String name,
        String hostname,
        List<Endpoint> endpoints,
        List<PublishedPort> ports,
        List<String> exposed,
        DnsConfig dns) {
    public ContainerNetwork {
        endpoints = List.copyOf(endpoints);
        ports = List.copyOf(ports);
        exposed = List.copyOf(exposed);
    }

    /** Whom the container's names are asked of, when its own networks do not know them. */
    @Json
    public record DnsConfig(List<String> servers, List<String> search, List<String> options) {
        public DnsConfig {
            servers = List.copyOf(servers);
            search = List.copyOf(search);
            options = List.copyOf(options);
        }
    }

    /** The place through which it reaches what is on none of its networks. */
    Optional<Endpoint> outward() {
        return endpoints.stream().filter(it -> !it.gateway().isEmpty()).findFirst();
    }

    ContainerNetwork with(List<Endpoint> places, List<PublishedPort> published) {
        return new ContainerNetwork(container, name, hostname, places, published, exposed, dns);
    }

    ContainerNetwork called(String newName) {
        return new ContainerNetwork(container, newName, hostname, endpoints, ports, exposed, dns);
    }
}
