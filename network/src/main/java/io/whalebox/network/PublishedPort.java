package io.whalebox.network;

import io.avaje.jsonb.Json;
import java.util.Optional;

/**
 * A port of the host that leads to a container.
 *
 * @param hostAddress {@code 0.0.0.0} or {@code ::} for all of the host's
 * @param address of the container
 */
@Json
public record PublishedPort(Protocol protocol, String hostAddress, int hostPort, String address, int containerPort) {
    /**
     * Whether the kernel can't rewrite its packets, which are of IPv6: to a container without it, and from the host's own
     * loopback address, which no packet may leave with.
     */
    boolean isRelayed() {
        return relayAddress().isPresent();
    }

    /** Where this host listens to relay what comes, if it has to. */
    Optional<IpAddress> relayAddress() {
        IpAddress host = IpAddress.parse(hostAddress);
        if (!host.isSix()) {
            return Optional.empty();
        }
        if (!IpAddress.parse(address).isSix()) {
            return Optional.of(host);
        }
        return host.isAny() || host.isLoopback() ? Optional.of(IpAddress.parse("::1")) : Optional.empty();
    }

    /** Whether the kernel rewrites its packets, or some of them. */
    boolean isRedirected() {
        IpAddress host = IpAddress.parse(hostAddress);
        return host.isSix() == IpAddress.parse(address).isSix() && !(host.isSix() && host.isLoopback());
    }

    /** The container's port as people write it: {@code 80/tcp}. */
    public String inside() {
        return containerPort + "/" + protocol;
    }
}
