package io.whalebox.network;

import java.util.Optional;

/**
 * A container that is to be connected.
 *
 * @param hostname what it calls itself
 */
public record Member(String id, String name, String hostname, Optional<String> domainname) {}
