package io.whalebox.network;

import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.NetworkNamespace;
import io.whalebox.linux.Randomness;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.linux.netlink.Link;
import io.whalebox.linux.netlink.Links;
import io.whalebox.linux.netlink.Request;
import io.whalebox.linux.netlink.RouteSocket;
import io.whalebox.linux.netlink.Routes;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/** Bridges of the host, and what connects containers to them. */
public final class Wires {
    private Wires() {}

    /** A name for the host's end of a pair: no other has it, since the kernel clears the old ones away at its leisure. */
    static String newHostInterface() {
        return "veth" + Randomness.hex(4);
    }

    /** Whether the host has such an interface. */
    static boolean exists(String link) {
        return onHost(routes -> routes.find(link).isPresent());
    }

    /** Makes the bridge of a network; one that is there stays as it is. */
    static void makeBridge(NetworkRecord network) {
        var _ = onHost(routes -> {
            String mac = network.pools().isEmpty()
                    ? randomMac()
                    : network.pools().getFirst().gatewayAddress().mac();
            try {
                routes.execute(Links.addBridge(network.link(), mac, network.mtu()));
            } catch (LinuxException e) {
                if (!e.is(Errno.EEXIST)) {
                    throw e;
                }
                return false;
            }
            try {
                if (!network.six()) {
                    KernelSwitch.set("ipv6/conf/" + network.link() + "/disable_ipv6", true);
                }
                routes.execute(gateways(
                        network, routes.find(network.link()).orElseThrow().index()));
                return true;
            } catch (RuntimeException e) {
                delete(routes, network.link());
                throw e;
            }
        });
    }

    private static List<Request> gateways(NetworkRecord network, int index) {
        return network.pools().stream()
                .map(pool -> Routes.addAddress(
                        index, pool.gatewayAddress().bytes(), pool.addresses().prefix()))
                .toList();
    }

    private static String randomMac() {
        return "02:42:" + HexFormat.ofDelimiter(":").formatHex(Randomness.bytes(4));
    }

    /** Removes an interface of the host, if it is there. */
    static void delete(String link) {
        var _ = onHost(routes -> delete(routes, link));
    }

    private static boolean delete(RouteSocket routes, String link) {
        try {
            routes.find(link).ifPresent(found -> routes.execute(Links.delete(found.index())));
            return true;
        } catch (LinuxException e) {
            if (e.is(Errno.ENODEV)) {
                return false;
            }
            throw e;
        }
    }

    /** The host's own subnets and those it has routes to, the default route aside. */
    static List<Subnet> usedByHost() {
        return onHost(routes -> Stream.concat(
                        routes.routes().stream()
                                .map(route ->
                                        Subnet.of(IpAddress.of(route.network().copy()), route.prefix())),
                        routes.addresses().stream()
                                .map(address ->
                                        Subnet.of(IpAddress.of(address.address().copy()), address.prefix())))
                .filter(subnet -> subnet.prefix() > 0)
                .distinct()
                .toList());
    }

    /** A network and a container's place on it. */
    public record Connection(NetworkRecord network, Endpoint endpoint) {}

    /** Makes a network namespace that is connected to networks, switched on and ready for its container. */
    static NetworkNamespace makeNamespace(List<Connection> connections) {
        return onHost(host -> NetworkNamespace.create(made -> {
            switchOn(host, made, connections);
            return made;
        }));
    }

    /** The same with a namespace that is there. */
    static void switchOn(NetworkNamespace namespace, List<Connection> connections) {
        var _ = onHost(host -> namespace.call(() -> {
            switchOn(host, namespace, connections);
            return true;
        }));
    }

    private static void switchOn(RouteSocket host, NetworkNamespace namespace, List<Connection> connections) {
        try (RouteSocket inside = RouteSocket.open()) {
            inside.execute(Links.up(inside.find("lo").map(Link::index).orElse(1)));
            for (Connection connection : connections) {
                connect(host, inside, namespace, connection);
            }
        }
    }

    /** Connects a network namespace to one more network. */
    static void connect(NetworkNamespace namespace, Connection connection) {
        var _ = onHost(host -> namespace.call(() -> {
            try (RouteSocket inside = RouteSocket.open()) {
                connect(host, inside, namespace, connection);
                return true;
            }
        }));
    }

    private static void connect(
            RouteSocket host, RouteSocket inside, NetworkNamespace namespace, Connection connection) {
        NetworkRecord network = connection.network();
        Endpoint endpoint = connection.endpoint();
        Links.Peer peer = new Links.Peer(endpoint.interfaceName(), endpoint.mac(), namespace.fd());
        Link wire = host.find(network.link())
                .orElseThrow(() -> new WhaleboxException(
                        ErrorKind.PRECONDITION,
                        "the interface " + network.link() + " of network " + network.name() + " is gone"));
        if (network.isBridge()) {
            host.execute(Links.addVeth(endpoint.hostInterface(), wire.index(), network.mtu(), peer));
            host.execute(Links.port(
                    host.find(endpoint.hostInterface()).orElseThrow().index(), !network.connectsContainers()));
        } else {
            host.execute(onWire(network, wire.index(), peer));
        }
        configure(inside, connection);
    }

    private static Request onWire(NetworkRecord network, int parent, Links.Peer peer) {
        return network.driver().equals(NetworkRecord.IPVLAN)
                ? Links.addIpvlan(parent, peer, network.ipvlanMode())
                : Links.addMacvlan(parent, peer, network.macvlanMode());
    }

    /**
     * Looks whether a network can have containers that share a wire of the host's, by connecting nobody to it.
     *
     * @throws WhaleboxException PRECONDITION where the kernel has no such interfaces
     */
    static void requireKind(NetworkRecord network) {
        try (RouteSocket host = RouteSocket.open();
                NetworkNamespace nobody = NetworkNamespace.create()) {
            int parent = host.find(network.link()).orElseThrow().index();
            host.execute(onWire(network, parent, new Links.Peer("eth0", randomMac(), nobody.fd())));
        } catch (LinuxException e) {
            throw new WhaleboxException(
                    ErrorKind.PRECONDITION,
                    e.is(Errno.ENOTSUP)
                            ? "this kernel has no " + network.driver() + " interfaces (CONFIG_"
                                    + network.driver().toUpperCase(Locale.ROOT) + "): use the driver bridge or "
                                    + (network.driver().equals(NetworkRecord.IPVLAN)
                                            ? NetworkRecord.MACVLAN
                                            : NetworkRecord.IPVLAN)
                            : "the interface " + network.link() + " cannot be the parent of a " + network.driver()
                                    + " network: " + e.getMessage(),
                    e);
        }
    }

    private static void configure(RouteSocket inside, Connection connection) {
        Endpoint endpoint = connection.endpoint();
        int index = inside.find(endpoint.interfaceName()).orElseThrow().index();
        List<Request> requests = new ArrayList<>();
        requests.add(address(index, endpoint.address()));
        if (endpoint.address6().isEmpty()) {
            // Else it would have an address that nobody gave it, and believe whoever says to be a router.
            KernelSwitch.set("ipv6/conf/" + endpoint.interfaceName() + "/disable_ipv6", true);
        } else {
            KernelSwitch.set("ipv6/conf/" + endpoint.interfaceName() + "/accept_ra", false);
            requests.add(address(index, endpoint.address6()));
        }
        requests.add(Links.up(index));
        requests.addAll(defaults(connection.network(), endpoint, index));
        inside.execute(requests);
    }

    private static List<Request> defaults(NetworkRecord network, Endpoint endpoint, int index) {
        return Stream.of(endpoint.gateway(), endpoint.gateway6())
                .filter(gateway -> !gateway.isEmpty())
                .map(IpAddress::parse)
                .map(gateway -> network.isRoutedByInterface()
                        ? Routes.addDefault(index, gateway.isSix())
                        : Routes.addDefault(index, gateway.bytes()))
                .toList();
    }

    private static Request address(int index, String address) {
        int slash = address.indexOf('/');
        return Routes.addAddress(
                index, IpAddress.parse(address.substring(0, slash)).bytes(), Endpoint.prefixOf(address));
    }

    /** Takes a place on a network away from a namespace. */
    static void disconnect(NetworkNamespace namespace, Endpoint endpoint) {
        var _ = namespace.call(() -> {
            try (RouteSocket inside = RouteSocket.open()) {
                return delete(inside, endpoint.interfaceName());
            }
        });
    }

    /** Makes another place the way out of a namespace that has lost its own. */
    static void routeThrough(NetworkNamespace namespace, NetworkRecord network, Endpoint endpoint) {
        var _ = namespace.call(() -> {
            try (RouteSocket inside = RouteSocket.open()) {
                int index = inside.find(endpoint.interfaceName()).orElseThrow().index();
                inside.execute(defaults(network, endpoint, index));
                return true;
            }
        });
    }

    private static <T> T onHost(Function<RouteSocket, T> work) {
        try (RouteSocket routes = RouteSocket.open()) {
            return work.apply(routes);
        } catch (LinuxException e) {
            throw new WhaleboxException(
                    e.is(Errno.EPERM) ? ErrorKind.DENIED : ErrorKind.PRECONDITION,
                    "cannot connect a container to its network: " + e.getMessage()
                            + (e.is(Errno.ENOTSUP) || e.is(Errno.EPERM)
                                    ? " (this machine cannot have bridges: use --network none or host)"
                                    : ""),
                    e);
        }
    }
}
