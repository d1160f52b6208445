package io.whalebox.network;

import io.avaje.jsonb.Json;

/** A further line of hosts(5); the address may be {@link #GATEWAY}. */
@Json
public record HostEntry(String name, String address) {
    /** Stands for the address at which the container reaches its host. */
    public static final String GATEWAY = "host-gateway";
}
