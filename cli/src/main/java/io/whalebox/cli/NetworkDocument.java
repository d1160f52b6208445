package io.whalebox.cli;

import io.whalebox.cli.template.Value;
import io.whalebox.engine.ContainerRecord;
import io.whalebox.network.ContainerNetwork;
import io.whalebox.network.Endpoint;
import io.whalebox.network.EndpointSpec;
import io.whalebox.network.NetworkMode;
import io.whalebox.network.PublishedPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The part {@code NetworkSettings} of what {@code inspect} tells of a container. */
final class NetworkDocument {
    private NetworkDocument() {}

    /**
     * Everything about it.
     *
     * @param network what it has of networks, while it runs
     */
    static Value of(ContainerRecord container, Optional<ContainerNetwork> network) {
        SortedMap<String, Value> networks = new TreeMap<>();
        names(container)
                .forEach(name -> networks.put(name, endpoint(Optional.empty(), List.of(), wish(container, name))));
        network.ifPresent(it -> {
            networks.clear();
            it.endpoints()
                    .forEach(endpoint -> networks.put(
                            endpoint.networkName(),
                            endpoint(
                                    Optional.of(endpoint),
                                    names(it, endpoint),
                                    wish(container, endpoint.networkName()))));
        });
        Optional<Endpoint> first = network.flatMap(it -> it.endpoints().stream().findFirst());
        return Value.struct("networksettings")
                .put("Bridge", "")
                .put("SandboxID", "")
                .put("SandboxKey", "")
                .put("Ports", ports(network))
                .put("HairpinMode", false)
                .put("LinkLocalIPv6Address", "")
                .put("LinkLocalIPv6PrefixLen", 0)
                .put("SecondaryIPAddresses", Value.nothing())
                .put("SecondaryIPv6Addresses", Value.nothing())
                .put("EndpointID", first.map(Endpoint::id).orElse(""))
                .put("Gateway", first.map(Endpoint::gateway).orElse(""))
                .put("GlobalIPv6Address", first.map(Endpoint::ip6).orElse(""))
                .put("GlobalIPv6PrefixLen", 0)
                .put("IPAddress", first.map(Endpoint::ip).orElse(""))
                .put("IPPrefixLen", prefix(first.map(Endpoint::address).orElse("")))
                .put("IPv6Gateway", "")
                .put("MacAddress", first.map(Endpoint::mac).orElse(""))
                .put("Networks", new Value.Dictionary(networks))
                .end();
    }

    /** Of the networks that it is on. */
    static List<String> names(ContainerRecord container) {
        return switch (container.spec().isolation().network().mode()) {
            case NetworkMode.None _ -> List.of("none");
            case NetworkMode.Host _ -> List.of("host");
            case NetworkMode.Container _ -> List.of();
            case NetworkMode.Attached attached ->
                attached.endpoints().stream()
                        .map(endpoint -> endpoint.network())
                        .toList();
        };
    }

    /** What its user wants of a place. */
    private static EndpointSpec wish(ContainerRecord container, String network) {
        return container.spec().isolation().network().mode() instanceof NetworkMode.Attached attached
                ? attached.endpoints().stream()
                        .filter(endpoint -> endpoint.network().equals(network))
                        .findFirst()
                        .orElseGet(() -> EndpointSpec.on(network))
                : EndpointSpec.on(network);
    }

    private static List<String> names(ContainerNetwork container, Endpoint endpoint) {
        List<String> names = new ArrayList<>(List.of(container.name()));
        names.addAll(endpoint.aliases());
        names.add(container.container().substring(0, 12));
        return names;
    }

    private static Value endpoint(Optional<Endpoint> endpoint, List<String> names, EndpointSpec wish) {
        return Value.struct("endpoint")
                .put("IPAMConfig", addresses(wish))
                .put("Links", links(wish))
                .put("Aliases", wish.aliases().isEmpty() ? Value.nothing() : Value.of(wish.aliases()))
                .put("MacAddress", endpoint.map(Endpoint::mac).orElse(""))
                .put("DriverOpts", Value.nothing())
                .put("GwPriority", 0)
                .put("NetworkID", endpoint.map(Endpoint::network).orElse(""))
                .put("EndpointID", endpoint.map(Endpoint::id).orElse(""))
                .put("Gateway", endpoint.map(Endpoint::gateway).orElse(""))
                .put("IPAddress", endpoint.map(Endpoint::ip).orElse(""))
                .put("IPPrefixLen", prefix(endpoint.map(Endpoint::address).orElse("")))
                .put("IPv6Gateway", endpoint.map(Endpoint::gateway6).orElse(""))
                .put("GlobalIPv6Address", endpoint.map(Endpoint::ip6).orElse(""))
                .put(
                        "GlobalIPv6PrefixLen",
                        prefix(endpoint.map(Endpoint::address6).orElse("")))
                .put("DNSNames", names.isEmpty() ? Value.nothing() : Value.of(names))
                .end();
    }

    private static Value addresses(EndpointSpec wish) {
        return wish.ip().isEmpty() && wish.ip6().isEmpty()
                ? Value.nothing()
                : Value.struct("ipamconfig")
                        .putUnlessEmpty("IPv4Address", Value.of(wish.ip().orElse("")))
                        .putUnlessEmpty("IPv6Address", Value.of(wish.ip6().orElse("")))
                        .end();
    }

    /** On the default network they are the container's, not its place's. */
    private static Value links(EndpointSpec wish) {
        return wish.links().isEmpty() || wish.isOnDefault()
                ? Value.nothing()
                : Value.of(wish.links().stream()
                        .map(link -> link.container() + ":" + link.alias())
                        .toList());
    }

    private static long prefix(String address) {
        int slash = address.indexOf('/');
        return slash < 0 ? 0 : Long.parseLong(address.substring(slash + 1));
    }

    private static Value ports(Optional<ContainerNetwork> network) {
        SortedMap<String, Value> ports = new TreeMap<>();
        network.ifPresent(it -> it.exposed().forEach(port -> ports.put(port, bindings(it, port))));
        return new Value.Dictionary(ports);
    }

    private static Value bindings(ContainerNetwork network, String port) {
        List<Value> bindings = network.ports().stream()
                .filter(published -> published.inside().equals(port))
                .map(NetworkDocument::binding)
                .toList();
        return bindings.isEmpty() ? Value.nothing() : new Value.Items(bindings);
    }

    private static Value binding(PublishedPort port) {
        return Value.struct("binding")
                .put("HostIp", port.hostAddress())
                .put("HostPort", Integer.toString(port.hostPort()))
                .end();
    }
}
