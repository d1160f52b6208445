package io.whalebox.engine;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.NetworkNamespace;
import io.whalebox.linux.PidFd;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.network.Connections;
import io.whalebox.network.ContainerNetwork;
import io.whalebox.network.EndpointSpec;
import io.whalebox.network.Member;
import io.whalebox.network.NetworkMode;
import io.whalebox.network.NetworkRecord;
import io.whalebox.network.Networks;
import java.util.List;
import java.util.Optional;

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

    /** What a container has, if it runs and is on a network. */
    public Optional<ContainerNetwork> find(ContainerRecord container) {
        return isAttached(container) ? connections.find(container.id()) : Optional.empty();
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
     * Connects a container to one more network.
     *
     * @throws WhaleboxException CONFLICT when it does not run
     */
    public void connect(ContainerRecord container, EndpointSpec wish) {
        String hostname = container.spec().isolation().hostname().orElse(container.name());
        try (NetworkNamespace namespace = namespace(container)) {
            connections.connect(
                    new Member(container.id(), container.name(), hostname, Optional.empty()), wish, namespace);
        }
    }

    /** Disconnects a container from a network. */
    public void disconnect(ContainerRecord container, NetworkRecord network) {
        try (NetworkNamespace namespace = namespace(container)) {
            connections.disconnect(container.id(), network, namespace);
        }
    }

    /** Takes back all that a container had; goes on after a failure, and tells of it in the end. */
    void disconnect(ContainerRecord container) {
        if (isAttached(container)) {
            connections.disconnect(container.id());
        }
    }

    /** Others have nothing of networks, of which there is nothing to look for. */
    private static boolean isAttached(ContainerRecord container) {
        return container.spec().isolation().network().mode() instanceof NetworkMode.Attached;
    }

    /** The network namespace of a container. */
    NetworkNamespace namespace(ContainerRecord container) {
        if (!engine.isRunning(container)) {
            throw new WhaleboxException(
                    ErrorKind.CONFLICT,
                    "container " + container.id() + " is not running: its networks are those of its start");
        }
        try (PidFd process = new ExecStart(engine, container).firstProcess()) {
            return NetworkNamespace.of(process);
        }
    }

    /** Serves names to a container that an earlier engine has started. */
    void adopt(ContainerRecord container) {
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
        connections.relay(container.id());
