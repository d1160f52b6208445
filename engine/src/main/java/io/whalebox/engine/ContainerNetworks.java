package io.whalebox.engine;

import io.whalebox.engine.event.Event;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.NetworkNamespace;
import io.whalebox.linux.PidFd;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.network.Connections;
import io.whalebox.network.ContainerNetwork;
import io.whalebox.network.Endpoint;
import io.whalebox.network.EndpointSpec;
import io.whalebox.network.Member;
import io.whalebox.network.NetworkCreation;
import io.whalebox.network.NetworkMode;
import io.whalebox.network.NetworkRecord;
import io.whalebox.network.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The networks of a store, and what of them its containers have. */
public final class ContainerNetworks {
    private static final System.Logger LOG = Loggers.named("io.whalebox.engine");

    private final Engine engine;
    private final Connections connections;

    ContainerNetworks(Engine engine) {
        this.engine = engine;
        this.connections = new Connections(engine.home().root(), engine.ownership()::isOwned);
    }

    Connections connections() {
        return connections;
    }

    /** The networks themselves. */
    public Networks networks() {
        return connections.networks();
    }

    /** Makes a network, as {@link Networks#create} does, and tells of it. */
    public NetworkRecord create(NetworkCreation wanted) {
        NetworkRecord network = networks().create(wanted);
        tell(network, "create");
        return network;
    }

    /** Removes a network, as {@link Networks#remove} does, and tells of it. */
    public void remove(NetworkRecord network) {
        networks().remove(network);
        tell(network, "destroy");
    }

    /**
     * Removes the networks that no container is on.
     *
     * @param condition which of them
     * @return what they were called
     */
    public List<String> prune(Predicate<NetworkRecord> condition) {
        List<String> removed = new ArrayList<>();
        for (NetworkRecord network : networks().list()) {
            if (!network.isPredefined() && condition.test(network)) {
                try {
                    remove(network);
                    removed.add(network.name());
                } catch (WhaleboxException e) {
                    // Containers are on it.
                    if (e.kind() != ErrorKind.DENIED) {
                        throw e;
                    }
                }
            }
        }
        // Docker counts bytes here too, of which networks have none.
        engine.eventLog().publish(Event.ofPrune("network", 0));
        return removed;
    }

    private void tell(NetworkRecord network, String action) {
        engine.eventLog()
                .publish(Event.now(
                        "network", action, network.id(), Map.of(), "name", network.name(), "type", network.driver()));
    }

    /** Tells that a container has been connected to networks, or disconnected from them. */
    void tell(String action, ContainerRecord container, List<Endpoint> endpoints) {
        for (Endpoint endpoint : endpoints) {
            engine.eventLog()
                    .publish(Event.now(
                            "network",
                            action,
                            endpoint.network(),
                            Map.of(),
                            "container",
                            container.id(),
                            "name",
                            endpoint.networkName(),
                            "type",
                            endpoint.driver()));
        }
    }

    /** What a container has, if it runs and is on a network. */
    public Optional<ContainerNetwork> find(ContainerRecord container) {
        return isAttached(container) ? connections.find(container.id()) : Optional.empty();
    }

    /** Links of a container to others of the default network, as Docker shows them: {@code /other:/container/alias}. */
    public List<String> links(ContainerRecord container) {
        return engine.links().shown(container);
    }

    /** What those have who are on a network. */
    public List<ContainerNetwork> on(NetworkRecord network) {
        return connections.networks().addresses(network).values().stream()
                .distinct()
                .map(connections::find)
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Connects a container to one more network, at once if it runs, and whenever it is started.
     *
     * @throws WhaleboxException DENIED for one that shares another's network or has none, and for one that is there
     */
    public void connect(ContainerRecord container, EndpointSpec wish) {
        requireAttached(container);
        NetworkRecord network = networks().find(wish.network());
        if (network.isDefault() && !wish.links().isEmpty()) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "links to containers of the default network are given when a container is created, by --link");
        }
        new StandingNetworks(engine, container)
                .change(
                        endpoints -> {
                            connections.check(wish);
                            if (endpoints.stream().anyMatch(it -> isOf(it, network))) {
                                throw new WhaleboxException(
                                        ErrorKind.DENIED,
                                        "endpoint with name " + container.name() + " already exists in network "
                                                + network.name());
                            }
                            List<EndpointSpec> more = new ArrayList<>(endpoints);
                            more.add(wish);
                            return more;
                        },
                        () -> join(container, wish));
    }

    private void join(ContainerRecord container, EndpointSpec wish) {
        ContainerNetwork before = connected(container);
        Optional<String> domain = container.spec().isolation().domainname();
        Member member = new Member(container.id(), container.name(), before.hostname(), domain);
        Endpoint place;
        try (NetworkNamespace namespace = namespace(container)) {
            place = connections.connect(member, wish, namespace);
        }
        tell("connect", container, List.of(place));
        LiveFiles files = new LiveFiles(engine.home().container(container.id()));
        files.changeHosts(lines -> lines.addAll(Connections.hosts(member, place)));
        files.changeResolvConf(Connections.resolvConf(before), Connections.resolvConf(connected(container)));
    }

    private ContainerNetwork connected(ContainerRecord container) {
        return connections
                .find(container.id())
                .orElseThrow(() ->
                        new WhaleboxException(ErrorKind.CONFLICT, "container " + container.id() + " is not running"));
    }

    /**
     * Disconnects a container from a network, at once if it runs, and for good.
     *
     * @throws WhaleboxException DENIED for one that is not there
     */
    public void disconnect(ContainerRecord container, NetworkRecord network) {
        requireAttached(container);
        new StandingNetworks(engine, container)
                .change(
                        endpoints -> {
                            List<EndpointSpec> less = endpoints.stream()
                                    .filter(it -> !isOf(it, network))
                                    .toList();
                            if (less.size() == endpoints.size()) {
                                throw new WhaleboxException(
                                        ErrorKind.DENIED,
                                        "container " + container.id() + " is not connected to network "
                                                + network.name());
                            }
                            return less;
                        },
                        () -> leave(container, network));
    }

    private void leave(ContainerRecord container, NetworkRecord network) {
        Endpoint place;
        try (NetworkNamespace namespace = namespace(container)) {
            place = connections.disconnect(container.id(), network, namespace);
        }
        tell("disconnect", container, List.of(place));
        new LiveFiles(engine.home().container(container.id()))
                .changeHosts(lines -> lines.removeIf(line -> line.startsWith(place.ip() + "\t")
                        || (!place.ip6().isEmpty() && line.startsWith(place.ip6() + "\t"))));
    }

    private static boolean isOf(EndpointSpec endpoint, NetworkRecord network) {
        return endpoint.network().equals(network.name())
                || (!endpoint.network().isEmpty() && network.id().startsWith(endpoint.network()));
    }

    private static void requireAttached(ContainerRecord container) {
        if (!isAttached(container)) {
            throw new WhaleboxException(
                    ErrorKind.DENIED,
                    "container " + container.id().substring(0, 12)
                            + " has no networks: it shares another's, or was to have none");
        }
    }

    /**
     * Takes back all that a container had; goes on after a failure, and tells of it in the end.
     *
     * @return what it had
     */
    List<Endpoint> disconnect(ContainerRecord container) {
        return isAttached(container) ? connections.disconnect(container.id()) : List.of();
    }

    /** Others have nothing of networks, of which there is nothing to look for. */
    private static boolean isAttached(ContainerRecord container) {
        return container.spec().isolation().network().mode() instanceof NetworkMode.Attached;
    }

    /** The network namespace of a container. */
    NetworkNamespace namespace(ContainerRecord container) {
        if (!engine.isRunning(container)) {
            throw new WhaleboxException(
                    ErrorKind.CONFLICT, "cannot join network of a non running container: " + container.id());
        }
        try (PidFd process = new ExecStart(engine, container).firstProcess()) {
            return NetworkNamespace.of(process);
        }
    }

    /** Does for a container that an earlier engine has started what is an engine's to do as long as it runs. */
    void adopt(ContainerRecord container) {
        connections.relay(container.id());
        if (connections.hasNames(container.id())) {
            try (NetworkNamespace namespace = namespace(container)) {
                connections.adopt(container.id(), namespace);
            } catch (RuntimeException e) {
                // It may have ended just now; and one without names is still one that runs.
                LOG.log(System.Logger.Level.WARNING, "container " + container.id() + " gets no names", e);
            }
        }
    }
}
