package io.whalebox.network;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.NetworkNamespace;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.network.Wires.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Changes to the networks of a container that runs. */
final class Rewiring {
    private final Connections connections;
    private final ContainerNetwork container;
    private final NetworkNamespace namespace;

    Rewiring(Connections connections, ContainerNetwork container, NetworkNamespace namespace) {
        this.connections = connections;
        this.container = container;
        this.namespace = namespace;
    }

    /** Connects it to one more network. */
    Endpoint connect(Member member, EndpointSpec wish) {
        NetworkRecord network = connections.networks().find(wish.network());
        if (find(network).isPresent()) {
            throw new WhaleboxException(
                    ErrorKind.DENIED,
                    "endpoint with name " + container.name() + " already exists in network " + network.name());
        }
        connections.networks().prepare(network);
        Undo undo = new Undo();
        try {
            boolean outward = !network.internal() && container.outward().isEmpty();
            Connection added = connections.place(member, network, wish, freeLink(), outward, undo);
            List<Endpoint> endpoints = new ArrayList<>(container.endpoints());
            endpoints.add(added.endpoint());
            ContainerNetwork now = container.with(endpoints, container.ports());
            connections.write(now);
            undo.add(() -> connections.write(container));
            Wires.connect(namespace, added);
            connections.names().serve(now, namespace);
            return added.endpoint();
        } catch (RuntimeException e) {
            undo.run(e);
            throw e;
        }
    }

    private Optional<Endpoint> find(NetworkRecord network) {
        return container.endpoints().stream()
                .filter(endpoint -> endpoint.network().equals(network.id()))
                .findFirst();
    }

    private String freeLink() {
        Set<String> taken =
                container.endpoints().stream().map(Endpoint::interfaceName).collect(Collectors.toSet());
        int number = 0;
        while (taken.contains("eth" + number)) {
            number++;
        }
        return "eth" + number;
    }

    /** Disconnects it from a network; another one becomes its way out, if that was its. */
    Endpoint disconnect(NetworkRecord network) {
        Endpoint gone = find(network)
                .orElseThrow(() -> new WhaleboxException(
                        ErrorKind.DENIED,
                        "container " + container.container() + " is not connected to network " + network.name()));
        List<PublishedPort> lost = container.ports().stream()
                .filter(port ->
                        port.address().equals(gone.ip()) || port.address().equals(gone.ip6()))
                .toList();
        List<PublishedPort> kept =
                container.ports().stream().filter(port -> !lost.contains(port)).toList();
        if (!lost.isEmpty()) {
            connections.networks().withdraw(lost);
            lost.forEach(port -> connections.networks().ports().release(port, container.container()));
        }
        Wires.disconnect(namespace, gone);
        List<Endpoint> endpoints = new ArrayList<>(container.endpoints());
        endpoints.remove(gone);
        if (!gone.gateway().isEmpty()) {
            otherWayOut(endpoints);
        }
        ContainerNetwork now = container.with(endpoints, kept);
        connections.write(now);
        connections.relays().serve(now);
        connections.release(gone, container.container());
        return gone;
    }

    private void otherWayOut(List<Endpoint> endpoints) {
        for (int i = 0; i < endpoints.size(); i++) {
            Endpoint endpoint = endpoints.get(i);
            Optional<NetworkRecord> network =
                    connections.networks().store().find(endpoint.network()).filter(it -> !it.internal());
            if (network.isPresent()) {
                Endpoint outward = endpoint.through(
                        network.get().pool(false).map(AddressPool::gateway).orElse(""),
                        endpoint.address6().isEmpty()
                                ? ""
                                : network.get()
                                        .pool(true)
                                        .map(AddressPool::gateway)
                                        .orElse(""));
                endpoints.set(i, outward);
                Wires.routeThrough(namespace, network.get(), outward);
                return;
            }
        }
    }
}
