package io.whalebox.engine;

import io.whalebox.linux.ControlSocket;
import io.whalebox.linux.Fd;
import io.whalebox.linux.NetworkNamespace;
import io.whalebox.network.Connections;
import io.whalebox.network.ExposedPort;
import io.whalebox.network.Member;
import io.whalebox.network.NetworkMode;
import io.whalebox.network.NetworkSpec;
import io.whalebox.network.Protocol;
import io.whalebox.network.Reservation;
import io.whalebox.runtime.KernelFeatures;
import io.whalebox.runtime.NetworkStart;
import io.whalebox.runtime.Plan;
import io.whalebox.runtime.PlanCompiler;
import io.whalebox.runtime.Spec;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A container's way into its network namespace, from before its launcher is started until its program runs. */
final class NetworkEntry implements AutoCloseable {
    private final List<Fd> descriptors;
    private final Optional<Reservation> reservation;
    private final Optional<Path> shared;
    private final List<String> links;
    private volatile Optional<RuntimeException> failure = Optional.empty();

    private NetworkEntry(
            List<Fd> descriptors, Optional<Reservation> reservation, Optional<Path> shared, List<String> links) {
        this.descriptors = List.copyOf(descriptors);
        this.reservation = reservation;
        this.shared = shared;
        this.links = List.copyOf(links);
    }

    /** How a container gets its namespace; known before anything is made. */
    static NetworkStart start(ContainerSpec spec) {
        NetworkMode mode = spec.isolation().network().mode();
        if (mode instanceof NetworkMode.Container) {
            return NetworkStart.JOINED;
        }
        if (mode instanceof NetworkMode.Attached) {
            return spec.isolation().user() instanceof ContainerSpec.UserMode.Host
                    ? NetworkStart.JOINED
                    : NetworkStart.HANDED_OVER;
        }
        return NetworkStart.BORN;
    }

    /** The plan for a container without a monitor. */
    static Plan plan(Spec resolved, PlanCompiler.CgroupStart cgroup, ContainerSpec spec) {
        return PlanCompiler.compile(resolved, cgroup, start(spec), KernelFeatures.ofThisMachine(), Optional.empty());
    }

    /**
     * Has the namespace ready, or ready to be connected.
     *
     * @param hostname what the container calls itself
     */
    static NetworkEntry prepare(Engine engine, ContainerRecord container, Optional<String> hostname) {
        NetworkSpec spec = container.spec().isolation().network();
        if (spec.mode() instanceof NetworkMode.Container other) {
            return share(engine, engine.find(other.container()));
        }
        return spec.mode() instanceof NetworkMode.Attached attached
                ? attach(engine, container, hostname, attached)
                : new NetworkEntry(List.of(), Optional.empty(), Optional.empty(), List.of());
    }

    private static NetworkEntry share(Engine engine, ContainerRecord other) {
        return new NetworkEntry(
                List.of(engine.networks().namespace(other).fd()),
                Optional.empty(),
                Optional.of(engine.home().container(other.id())),
                List.of());
    }

    private static NetworkEntry attach(
            Engine engine, ContainerRecord container, Optional<String> hostname, NetworkMode.Attached attached) {
        Connections connections = engine.networks().connections();
        Member member = new Member(
                container.id(),
                container.name(),
                hostname.orElseGet(container::name),
                container.spec().isolation().domainname());
        NetworkSpec spec = container.spec().isolation().network();
        List<String> links = engine.links().lines(container);
        Reservation reserved = connections.reserve(member, spec, attached, exposed(container, spec));
        engine.networks().tell("connect", container, reserved.network().endpoints());
        try {
            if (start(container.spec()) == NetworkStart.JOINED) {
                return new NetworkEntry(
                        List.of(connections.open(reserved).fd()), Optional.of(reserved), Optional.empty(), links);
            }
            return handedOver(connections, reserved, links);
        } catch (RuntimeException e) {
            try {
                engine.networks().tell("disconnect", container, connections.disconnect(container.id()));
            } catch (RuntimeException further) {
                e.addSuppressed(further);
            }
            throw e;
        }
    }

    private static NetworkEntry handedOver(Connections connections, Reservation reserved, List<String> links) {
        ControlSocket.Pair pair = ControlSocket.pair();
        NetworkEntry entry = new NetworkEntry(List.of(pair.theirs()), Optional.of(reserved), Optional.empty(), links);
        Thread.ofPlatform().name("network-entry").daemon().start(() -> {
            try (ControlSocket socket = pair.ours()) {
                for (Fd fd : socket.receive().descriptors()) {
                    try (NetworkNamespace namespace = NetworkNamespace.owning(fd)) {
                        connections.open(reserved, namespace);
                        var _ = socket.send(ByteBuffer.wrap(new byte[] {'.'}));
                    }
                }
            } catch (RuntimeException e) {
                entry.failure = Optional.of(e);
            }
        });
        return entry;
    }

    /** Those of the image and those that the user adds, and those that are published. */
    private static List<ExposedPort> exposed(ContainerRecord container, NetworkSpec spec) {
        Set<ExposedPort> ports = new LinkedHashSet<>(spec.exposed());
        for (String port : container.config().defaults().exposedPorts()) {
            int slash = port.indexOf('/');
            ports.add(new ExposedPort(
                    Integer.parseInt(slash < 0 ? port : port.substring(0, slash)),
                    slash < 0 ? Protocol.TCP : Protocol.parse(port.substring(slash + 1))));
        }
        spec.ports().forEach(port -> ports.add(new ExposedPort(port.containerPort(), port.protocol())));
        return List.copyOf(ports);
    }

    /** What the container's files below {@code /etc} say of it, if it is on a network. */
    Optional<Reservation> reservation() {
        return reservation;
    }

    /** Lines for hosts(5) that name containers which it is linked to. */
    List<String> links() {
        return links;
    }

    /** The directory of the container whose network it shares, and with that the files that tell of it. */
    Optional<Path> shared() {
        return shared;
    }

    /** What the launcher is born with, before the descriptors of control groups. */
    List<Fd> descriptors() {
        return descriptors;
    }

    /** Why the namespace could not be connected, if that is why the launch failed. */
    Optional<RuntimeException> failure() {
        return failure;
    }

    /** Lets go of the namespace; the container holds it, if it has started. */
    @Override
    public void close() {
        descriptors.forEach(Fd::close);
    }
}
