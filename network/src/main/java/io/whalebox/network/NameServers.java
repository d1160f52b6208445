package io.whalebox.network;

import io.whalebox.linux.NetworkNamespace;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The name servers that this process has in containers: one for each that is on a network with names. */
final class NameServers {
    private final NetworkStore store;
    private final NameTable names;
    private final Function<String, Optional<ContainerNetwork>> containers;
    private final Map<String, NameServer> running = new ConcurrentHashMap<>();

    NameServers(NetworkStore store, Function<String, Optional<ContainerNetwork>> containers) {
        this.store = store;
        this.names = new NameTable(store);
        this.containers = containers;
    }

    /** Serves a container, unless this process does already or it needs none. */
    void serve(ContainerNetwork container, NetworkNamespace namespace) {
        if (hasNames(container)) {
            String id = container.container();
            var _ = running.computeIfAbsent(
                    id, _ -> NameServer.start(namespace, new Resolver(store, names, () -> containers.apply(id))));
        }
    }

    /** Whether it is on a network whose containers find each other by name. */
    static boolean hasNames(ContainerNetwork container) {
        return container.endpoints().stream()
                .anyMatch(endpoint -> !endpoint.networkName().equals(NetworkSpec.DEFAULT_NETWORK));
    }

    /** Lets go of a container and of its network namespace. */
    void stop(String container) {
        Optional.ofNullable(running.remove(container)).ifPresent(NameServer::close);
    }
}
