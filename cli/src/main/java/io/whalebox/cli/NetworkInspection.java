package io.whalebox.cli;

import io.whalebox.cli.template.Value;
import io.whalebox.network.AddressPool;
import io.whalebox.network.ContainerNetwork;
import io.whalebox.network.Endpoint;
import io.whalebox.network.NetworkRecord;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What {@code network inspect} tells of a network, with Docker's names. */
final class NetworkInspection {
    private NetworkInspection() {}

    static Value of(NetworkRecord network, List<ContainerNetwork> members) {
        return Value.struct("network")
                .put("Name", network.name())
                .put("Id", network.id())
                .put("Created", network.created())
                .put("Scope", "local")
                .put("Driver", network.driver())
                .put("EnableIPv4", !network.pools().isEmpty())
                .put("EnableIPv6", network.six())
                .put(
                        "IPAM",
                        Value.struct("ipam")
                                .put("Driver", "default")
                                .put("Options", Value.of(Map.of()))
                                .put(
                                        "Config",
                                        new Value.Items(network.pools().stream()
                                                .map(NetworkInspection::pool)
                                                .toList()))
                                .end())
                .put("Internal", network.internal())
                .put("Attachable", network.attachable())
                .put("Ingress", false)
                .put("ConfigFrom", Value.struct("configfrom").put("Network", "").end())
                .put("ConfigOnly", false)
                .put("Containers", containers(network, members))
                .put("Options", Value.of(options(network)))
                .put("Labels", Value.of(network.labels()))
                .end();
    }

    /** As for Docker's, those of the default network are all said. */
    private static Map<String, String> options(NetworkRecord network) {
        if (!network.isDefault()) {
            return network.options();
        }
        Map<String, String> options = new TreeMap<>(Map.of(
                "com.docker.network.bridge.default_bridge", "true",
                "com.docker.network.bridge.enable_icc", "true",
                "com.docker.network.bridge.enable_ip_masquerade", "true",
                "com.docker.network.bridge.host_binding_ipv4", "0.0.0.0",
                "com.docker.network.bridge.name", network.link(),
                "com.docker.network.driver.mtu", "1500"));
        options.putAll(network.options());
        return options;
    }

    private static Value pool(AddressPool pool) {
        return Value.struct("config")
                .put("Subnet", pool.subnet())
                .putUnlessEmpty("IPRange", Value.of(pool.range().orElse("")))
                .putUnlessEmpty("Gateway", Value.of(pool.gateway()))
                .putUnlessEmpty("AuxiliaryAddresses", Value.of(pool.auxiliary()))
                .end();
    }

    private static Value containers(NetworkRecord network, List<ContainerNetwork> members) {
        SortedMap<String, Value> containers = new TreeMap<>();
        for (ContainerNetwork member : members) {
            for (Endpoint endpoint : member.endpoints()) {
                if (endpoint.network().equals(network.id())) {
                    containers.put(
                            member.container(),
                            Value.struct("container")
                                    .put("Name", member.name())
                                    .put("EndpointID", endpoint.id())
                                    .put("MacAddress", endpoint.mac())
                                    .put("IPv4Address", endpoint.address())
                                    .put("IPv6Address", endpoint.address6())
                                    .end());
                }
            }
        }
        return new Value.Dictionary(containers);
    }
}
