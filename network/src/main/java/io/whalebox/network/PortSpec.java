package io.whalebox.network;

import io.avaje.jsonb.Json;

/**
 * A port of a container that the host is to have as well.
 *
 * @param hostAddress which of the host's addresses; empty for all
 * @param firstHostPort the host's port, or the first of those to choose from; 0 for any that is free
 * @param lastHostPort the last to choose from
 */
@Json
public record PortSpec(Protocol protocol, String hostAddress, int firstHostPort, int lastHostPort, int containerPort) {}
