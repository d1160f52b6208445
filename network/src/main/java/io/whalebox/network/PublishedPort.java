package io.whalebox.network;

import io.avaje.jsonb.Json;

/**
 * A port of the host that leads to a container.
 *
 * @param hostAddress {@code 0.0.0.0} or {@code ::} for all of the host's
 * @param address of the container
 */
@Json
public record PublishedPort(Protocol protocol, String hostAddress, int hostPort, String address, int containerPort) {
    /** The container's port as people write it: {@code 80/tcp}. */
    public String inside() {
        return containerPort + "/" + protocol;
    }
}
