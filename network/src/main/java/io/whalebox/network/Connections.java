package io.whalebox.network;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileLock;
import io.whalebox.linux.NetworkNamespace;
import io.whalebox.linux.Randomness;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.network.Wires.Connection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What connects the containers of a store to its networks. All that a container has is written down in its own directory
 * before any of it is made, and each address and port names its container; so whoever finds that a container has ended
 * can take everything back, whatever became of those who made it.
 */
public final class Connections {
    private static final JsonFile<ContainerNetwork> FILES = new JsonFile<>(ContainerNetwork.class);
    private static final String RECORD = "network.json";

    private final Path containers;
    private final Predicate<String> inUse;
    private final Networks networks;
    private final NameServers names;
    private final PortRelays relays = new PortRelays();

    /**
     * The connections of a store's containers.
     *
     * @param root the store's directory
     * @param inUse whether a container's id is that of one that runs or is being made
     */
    public Connections(Path root, Predicate<String> inUse) {
        this.containers = root.resolve("containers");
        this.inUse = inUse;
        this.networks = new Networks(root, inUse, this::publishedPorts);
        this.names = new NameServers(networks.store(), this::find);
    }

    public Networks networks() {
        return networks;
    }

    /** What a container has, if it runs and has something. */
    public Optional<ContainerNetwork> find(String container) {
        return FILES.read(file(container));
    }

    private Path file(String container) {
        return containers.resolve(container).resolve(RECORD);
    }

    private Collection<PublishedPort> publishedPorts() {
        List<PublishedPort> ports = new ArrayList<>();
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(containers)) {
            for (Path directory : directories) {
                String id = String.valueOf(directory.getFileName());
                find(id).filter(_ -> inUse.test(id)).ifPresent(network -> ports.addAll(network.ports()));
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ports;
    }

    /**
     * Takes for a container what its user wants of networks, and writes it down. The container's directory is there.
     *
     * @throws WhaleboxException for whatever can't be had; nothing is left of it then
     */
    public Reservation reserve(
            Member member, NetworkSpec spec, NetworkMode.Attached attached, List<ExposedPort> exposed) {
        Undo undo = new Undo();
        try {
            List<Connection> connections = new ArrayList<>();
            boolean outward = false;
            for (EndpointSpec wish : attached.endpoints()) {
                NetworkRecord network = networks.find(wish.network());
                networks.prepare(network);
                String link = "eth" + connections.size();
                connections.add(place(member, network, wish, link, !outward && !network.internal(), undo));
                outward |= !network.internal();
            }
            ContainerNetwork network = new ContainerNetwork(
                    member.id(),
                    member.name(),
                    member.hostname(),
                    connections.stream().map(Connection::endpoint).toList(),
                    List.of(),
                    exposed.stream().map(ExposedPort::toString).sorted().toList(),
                    dns(spec, connections));
            Optional<Connection> out = outOf(connections);
            ContainerNetwork complete = out.isEmpty()
                    ? network
                    : network.with(network.endpoints(), takePorts(network, out.get(), spec, exposed, undo));
            FILES.write(file(member.id()), complete);
            return new Reservation(complete, connections, HostLines.of(member, spec, complete), resolvConf(complete));
        } catch (RuntimeException e) {
            undo.run(e);
            throw e;
        }
    }

    /** A container with a name server of its own can ask whomever the host asks, since it is the host that asks. */
    private static ContainerNetwork.DnsConfig dns(NetworkSpec spec, List<Connection> connections) {
        boolean own = connections.stream().anyMatch(it -> !it.network().isDefault());
        return own
                ? ResolvConf.ofHost().forHost(spec.dns())
                : ResolvConf.ofHost().forContainer(spec.dns());
    }

    /** The lines of hosts(5) that a place of a container's makes. */
    public static List<String> hosts(Member member, Endpoint place) {
        return HostLines.of(member, place);
    }

    /** The resolv.conf(5) of a container with these places. */
    public static String resolvConf(ContainerNetwork network) {
        return NameServers.hasNames(network)
                ? ResolvConf.write(List.of(NameServer.ADDRESS.toString()), network.dns(), List.of("ndots:0"))
                : ResolvConf.write(network.dns().servers(), network.dns(), List.of());
    }

    /** The one that leads to what is on none of its networks, by way of the host. */
    private static Optional<Connection> outOf(List<Connection> connections) {
        return connections.stream()
                .filter(connection -> !connection.endpoint().gateway().isEmpty()
                        && connection.network().isBridge())
                .findFirst();
    }

    /** Makes a network namespace with what was taken. */
    public NetworkNamespace open(Reservation reservation) {
        NetworkNamespace namespace = Wires.makeNamespace(reservation.connections());
        try {
            ready(reservation, namespace);
            return namespace;
        } catch (RuntimeException e) {
            forget(reservation.network().container());
            namespace.close();
            throw e;
        }
    }

    /** Connects a network namespace that is there, such as one that belongs to another user namespace. */
    public void open(Reservation reservation, NetworkNamespace namespace) {
        Wires.switchOn(namespace, reservation.connections());
        ready(reservation, namespace);
    }

    private void ready(Reservation reservation, NetworkNamespace namespace) {
        names.serve(reservation.network(), namespace);
        if (!reservation.network().ports().isEmpty()) {
            networks.publish(
                    outOf(reservation.connections()).orElseThrow().network(),
                    reservation.network().ports());
            relays.serve(reservation.network());
        }
    }

    /** Takes addresses on a network. */
    Connection place(Member member, NetworkRecord network, EndpointSpec wish, String link, boolean outward, Undo undo) {
        Wishes.check(network, wish);
        Lease lease = Lease.of(member.id(), member.name(), wish.aliases());
        Leases leases = networks.store().leases(network);
        Optional<AddressPool> four = network.pool(false);
        Optional<AddressPool> six = network.six() ? network.pool(true) : Optional.empty();
        Optional<IpAddress> address = four.map(pool -> take(leases, pool, wish.ip(), lease, undo));
        Optional<IpAddress> address6 = six.map(pool -> take(leases, pool, wish.ip6(), lease, undo));
        Endpoint endpoint = new Endpoint(
                Randomness.hex(32),
                network.id(),
                network.name(),
                network.driver(),
                link,
                network.isBridge() ? Wires.newHostInterface() : "",
                address.map(it -> it + "/" + four.orElseThrow().addresses().prefix())
                        .orElse(""),
                outward ? four.map(AddressPool::gateway).orElse("") : "",
                address6.map(it -> it + "/" + six.orElseThrow().addresses().prefix())
                        .orElse(""),
                outward ? six.map(AddressPool::gateway).orElse("") : "",
                wish.mac()
                        .orElseGet(
                                () -> address.or(() -> address6).orElseThrow().mac()),
                wish.aliases(),
                wish.links());
        return new Connection(network, endpoint);
    }

    private static IpAddress take(Leases leases, AddressPool pool, Optional<String> wanted, Lease lease, Undo undo) {
        IpAddress address;
        if (wanted.isPresent()) {
            address = IpAddress.parse(wanted.get());
            leases.take(pool, address, lease);
        } else {
            address = leases.take(pool, lease);
        }
        undo.add(() -> leases.release(address, lease.container()));
        return address;
    }

    private List<PublishedPort> takePorts(
            ContainerNetwork network, Connection out, NetworkSpec spec, List<ExposedPort> exposed, Undo undo) {
        List<PortSpec> wanted = new ArrayList<>(spec.ports());
        if (spec.publishAll()) {
            exposed.forEach(port -> wanted.add(new PortSpec(port.protocol(), "", 0, 0, port.port())));
        }
        if (wanted.isEmpty()) {
            return List.of();
        }
        Lease lease = new Lease(network.container(), List.of(network.name()));
        List<PublishedPort> taken = new ArrayList<>();
        try (FileLock _ = networks.store().lock()) {
            for (PortSpec port : wanted) {
                for (PublishedPort published : take(port, out, lease)) {
                    taken.add(published);
                    undo.add(() -> networks.ports().release(published, network.container()));
                }
            }
        } catch (WhaleboxException e) {
            throw new WhaleboxException(
                    e.kind(),
                    "failed to set up container networking: driver failed programming external connectivity on endpoint "
                            + network.name() + " (" + out.endpoint().id() + "): " + e.getMessage(),
                    e);
        }
        return taken;
    }

    /** The port for each family that the user and the container speak. */
    private List<PublishedPort> take(PortSpec port, Connection out, Lease lease) {
        String binding = out.network().options().getOrDefault(NetworkRecord.HOST_BINDING, "0.0.0.0");
        IpAddress host = IpAddress.parse(port.hostAddress().isEmpty() ? binding : port.hostAddress());
        Endpoint endpoint = out.endpoint();
        List<IpAddress> addresses = new ArrayList<>();
        addresses.add(host);
        if (port.hostAddress().isEmpty()
                && host.isAny()
                && port.protocol() != Protocol.SCTP
                && (!endpoint.ip6().isEmpty() || PortRelays.hostHasSix())) {
            addresses.add(IpAddress.parse("::"));
        }
        List<PublishedPort> taken = new ArrayList<>();
        int first = port.firstHostPort();
        int last = port.lastHostPort();
        for (IpAddress address : addresses) {
            // What is of IPv6 is relayed to a container that has none of it.
            String target = address.isSix() && !endpoint.ip6().isEmpty() ? endpoint.ip6() : endpoint.ip();
            boolean relayed = address.isSix() != IpAddress.parse(target).isSix();
            if (relayed && port.protocol() == Protocol.SCTP) {
                throw new WhaleboxException(
                        ErrorKind.INVALID,
                        "cannot publish a port of sctp at " + address + ": network "
                                + out.network().name() + " has no IPv6 addresses (create one with --ipv6)");
            }
            int number = networks.ports().take(new HostPorts.Wanted(port.protocol(), address, first, last, lease));
            taken.add(new PublishedPort(port.protocol(), address.toString(), number, target, port.containerPort()));
            // The other family gets the same number.
            first = number;
            last = number;
        }
        return taken;
    }

    /**
     * Looks whether a user's wish can be met, as far as that is known before anything is made.
     *
     * @throws WhaleboxException for a network that does not exist, and addresses that can't be had there
     */
    public void check(NetworkSpec spec) {
        if (spec.mode() instanceof NetworkMode.Attached attached) {
            for (EndpointSpec wish : attached.endpoints()) {
                check(wish);
            }
        }
    }

    /** The same with one place. */
    public void check(EndpointSpec wish) {
        if (!wish.equals(EndpointSpec.on(NetworkSpec.DEFAULT_NETWORK))) {
            Wishes.check(networks.find(wish.network()), wish);
        }
    }

    /** Serves names to a container that runs already, as for an engine that comes after the one that has started it. */
    public void adopt(String container, NetworkNamespace namespace) {
        find(container).ifPresent(network -> names.serve(network, namespace));
    }

    /** Relays those ports of a container that runs already to which the kernel does not lead. */
    public void relay(String container) {
        find(container).ifPresent(relays::serve);
    }

    /** Whether a container needs {@link #adopt}. */
    public boolean hasNames(String container) {
        return find(container).filter(NameServers::hasNames).isPresent();
    }

    /** Connects a container that runs to one more network. */
    public Endpoint connect(Member member, EndpointSpec wish, NetworkNamespace namespace) {
        return new Rewiring(this, connected(member.id()), namespace).connect(member, wish);
    }

    /** Disconnects a container that runs from a network. */
    public Endpoint disconnect(String container, NetworkRecord network, NetworkNamespace namespace) {
        return new Rewiring(this, connected(container), namespace).disconnect(network);
    }

    private ContainerNetwork connected(String container) {
        return find(container)
                .orElseThrow(() -> new WhaleboxException(
                        ErrorKind.DENIED,
                        "container " + container.substring(0, 12)
                                + " has no networks: it shares another's, or was to have none"));
    }

    /** Has others find a container by another name from now on. */
    public void rename(String container, String name) {
        find(container).ifPresent(network -> {
            write(network.called(name));
            for (Endpoint endpoint : network.endpoints()) {
                Lease lease = Lease.of(container, name, endpoint.aliases());
                Optional<Leases> leases =
                        networks.store().find(endpoint.network()).map(networks.store()::leases);
                Stream.of(endpoint.ip(), endpoint.ip6())
                        .filter(address -> !address.isEmpty())
                        .forEach(address -> leases.ifPresent(it -> it.rewrite(IpAddress.parse(address), lease)));
            }
        });
    }

    void write(ContainerNetwork network) {
        FILES.write(file(network.container()), network);
    }

    NameServers names() {
        return names;
    }

    PortRelays relays() {
        return relays;
    }

    /** Lets go of the network namespace of a container that has ended, as far as this process holds it. */
    public void forget(String container) {
        names.stop(container);
        relays.stop(container);
    }

    /**
     * Takes back all that a container had. Goes on after a failure, and tells of it in the end.
     *
     * @return what it had
     */
    public List<Endpoint> disconnect(String container) {
        forget(container);
        Optional<ContainerNetwork> found = find(container);
        if (found.isEmpty()) {
            return List.of();
        }
        ContainerNetwork network = found.get();
        Undo undo = new Undo();
        undo.add(() -> JsonFile.delete(file(container)));
        for (Endpoint endpoint : network.endpoints()) {
            undo.add(() -> release(endpoint, container));
        }
        undo.add(() -> network.ports().forEach(port -> networks.ports().release(port, container)));
        if (!network.ports().isEmpty()) {
            // First of all: an address that is free may be another's at once.
            undo.add(() -> networks.withdraw(network.ports()));
        }
        WhaleboxException failure = new WhaleboxException(
                ErrorKind.INTERNAL, "cannot take back all of the network of container " + container);
        undo.run(failure);
        if (failure.getSuppressed().length > 0) {
            throw failure;
        }
        return network.endpoints();
    }

    void release(Endpoint endpoint, String container) {
        networks.store().find(endpoint.network()).map(networks.store()::leases).ifPresent(leases -> {
            for (String address : List.of(endpoint.ip(), endpoint.ip6())) {
                if (!address.isEmpty()) {
                    leases.release(IpAddress.parse(address), container);
                }
            }
        });
    }

    /** Takes back what is left of containers that do not run, whoever made it. */
    public void recover() {
        if (!networks.store().isThere()) {
            return;
        }
        try (DirectoryStream<Path> directories = Files.newDirectoryStream(containers)) {
            for (Path directory : directories) {
                String id = String.valueOf(directory.getFileName());
                if (Files.exists(file(id)) && !inUse.test(id)) {
                    JsonFile.delete(file(id));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        networks.recover();
    }
}
