package io.whalebox.network;

import io.whalebox.linux.Loggers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The ports that this process relays to containers, since the kernel can't lead there. */
final class PortRelays {
    private static final System.Logger LOG = Loggers.named("io.whalebox.network");
    private static final Path ADDRESSES = Path.of("/proc/net/if_inet6");
    private static final String LOOPBACK = "0".repeat(31) + "1 ";

    private final Map<String, Map<PublishedPort, PortRelay>> running = new ConcurrentHashMap<>();

    /** Whether this host speaks IPv6, at least with itself. */
    static boolean hostHasSix() {
        try {
            return Files.readString(ADDRESSES).contains(LOOPBACK);
        } catch (IOException e) {
            // A kernel without IPv6 has no such file.
            return false;
        }
    }

    /** Relays the ports of a container as they are now, and no others of its. */
    void serve(ContainerNetwork container) {
        List<PublishedPort> wanted =
                container.ports().stream().filter(PublishedPort::isRelayed).toList();
        if (wanted.isEmpty() && !running.containsKey(container.container())) {
            return;
        }
        Map<PublishedPort, PortRelay> relays =
                running.computeIfAbsent(container.container(), _ -> new ConcurrentHashMap<>());
        relays.keySet().stream()
                .filter(port -> !wanted.contains(port))
                .forEach(port -> Optional.ofNullable(relays.remove(port)).ifPresent(PortRelay::close));
        wanted.forEach(port -> relays.computeIfAbsent(port, PortRelays::start));
    }

    private static @Nullable PortRelay start(PublishedPort port) {
        try {
            return PortRelay.start(port);
        } catch (IOException e) {
            // Its packets of IPv4 arrive all the same, and those are most.
            LOG.log(
                    System.Logger.Level.WARNING,
                    "port " + port.hostPort() + "/" + port.protocol() + " of " + port.hostAddress()
                            + " does not lead to its container: " + e.getMessage());
            return null;
        }
    }

    /** Ends them. */
    void stop(String container) {
        Optional.ofNullable(running.remove(container))
                .ifPresent(relays -> relays.values().forEach(PortRelay::close));
    }
}
