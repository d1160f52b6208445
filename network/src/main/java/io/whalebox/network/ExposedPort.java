package io.whalebox.network;

/** A port that a container's program listens on. */
public record ExposedPort(int port, Protocol protocol) {
    @Override
    public String toString() {
        return port + "/" + protocol;
    }
}
