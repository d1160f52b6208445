package io.whalebox.network;

import java.util.List;

/** Which network a container is on. */
public sealed interface NetworkMode {
    /** A network namespace with a loopback interface and nothing else. */
    record None() implements NetworkMode {}

    /** The host's own network namespace. */
    record Host() implements NetworkMode {}

    /** The network namespace of another container, by its name or id. */
    record Container(String container) implements NetworkMode {}

    /** A network namespace with an interface for each of these networks, of which there is at least one. */
    record Attached(List<EndpointSpec> endpoints) implements NetworkMode {
        public Attached {
            endpoints = List.copyOf(endpoints);
        }
    }
}
