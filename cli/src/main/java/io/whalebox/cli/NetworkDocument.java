package io.whalebox.cli;

import io.whalebox.cli.template.Value;
import io.whalebox.engine.ContainerRecord;
import io.whalebox.network.NetworkMode;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The part {@code NetworkSettings} of what {@code inspect} tells of a container. */
final class NetworkDocument {
    private NetworkDocument() {}

    static Value of(ContainerRecord container) {
        SortedMap<String, Value> networks = new TreeMap<>();
        names(container).forEach(name -> networks.put(name, endpoint()));
        return Value.struct("networksettings")
                .put("Bridge", "")
                .put("SandboxID", "")
                .put("SandboxKey", "")
                .put("Ports", new Value.Dictionary(new TreeMap<>()))
                .put("HairpinMode", false)
                .put("LinkLocalIPv6Address", "")
                .put("LinkLocalIPv6PrefixLen", 0)
                .put("SecondaryIPAddresses", Value.nothing())
                .put("SecondaryIPv6Addresses", Value.nothing())
                .put("EndpointID", "")
                .put("Gateway", "")
                .put("GlobalIPv6Address", "")
                .put("GlobalIPv6PrefixLen", 0)
                .put("IPAddress", "")
                .put("IPPrefixLen", 0)
                .put("IPv6Gateway", "")
                .put("MacAddress", "")
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

    private static Value endpoint() {
        return Value.struct("endpoint")
                .put("IPAMConfig", Value.nothing())
                .put("Links", Value.nothing())
                .put("Aliases", Value.nothing())
                .put("MacAddress", "")
                .put("DriverOpts", Value.nothing())
                .put("GwPriority", 0)
                .put("NetworkID", "")
                .put("EndpointID", "")
                .put("Gateway", "")
                .put("IPAddress", "")
                .put("IPPrefixLen", 0)
                .put("IPv6Gateway", "")
                .put("GlobalIPv6Address", "")
                .put("GlobalIPv6PrefixLen", 0)
                .put("DNSNames", Value.nothing())
                .end();
    }
}
