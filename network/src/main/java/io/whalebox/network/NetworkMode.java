package io.whalebox.network;

import io.avaje.jsonb.Json;
import java.util.List;

/** Which network a container is on. */
@Json
@Json.SubType(type = NetworkMode.None.class, name = "none")
@Json.SubType(type = NetworkMode.Host.class, name = "host")
@Json.SubType(type = NetworkMode.Container.class, name = "container")
@Json.SubType(type = NetworkMode.Attached.class, name = "attached")
public sealed interface NetworkMode {
    /** A network namespace with a loopback interface and nothing else. */
    @Json
    record None() implements NetworkMode {}

    /** The host's own network namespace. */
    @Json
    record Host() implements NetworkMode {}

    /** The network namespace of another container, by its name or id. */
    @Json
    record Container(String container) implements NetworkMode {}

    /**
     * A network namespace with an interface for each of these networks. There is at least one, unless the container was
     * disconnected from all.
     */
    @Json
    record Attached(List<EndpointSpec> endpoints) implements NetworkMode {
        public Attached {
            endpoints = List.copyOf(endpoints);
        }
    }
}
