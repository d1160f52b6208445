package io.whalebox.network;

import io.avaje.jsonb.Json;

/** A port that a container's program listens on. */
@Json
public record ExposedPort(int port, Protocol protocol) {
    @Override
    public String toString() {
        return port + "/" + protocol;
    }
}
