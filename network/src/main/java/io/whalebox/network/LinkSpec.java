package io.whalebox.network;

import io.avaje.jsonb.Json;

/**
 * A container by another name, for the one that has the link only.
 *
 * @param container a name that it has on the network; on the default network, which has none, its id
 */
@Json
public record LinkSpec(String container, String alias) {}
