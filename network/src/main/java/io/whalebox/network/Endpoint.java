package io.whalebox.network;

import io.avaje.jsonb.Json;
import java.util.List;

/**
 * A container's place on a network.
 *
 * @param network id of the network
 * @param networkName what that is called
 * @param driver how that is made
 * @param interfaceName inside the container
 * @param hostInterface the other end; empty where there is none
 * @param address with the number of the subnet's bits: {@code 172.17.0.2/16}
 * @param gateway empty where there is none, as on an internal network
 * @param address6 empty without IPv6; so is its gateway
 * @param aliases names beside the container's own
 * @param links names of its own for others
 */
@Json
public record Endpoint(
        String id,
        String network,
        String networkName,
        String driver,
        String interfaceName,
        String hostInterface,
        String address,
        String gateway,
        String address6,
        String gateway6,
        String mac,
        List<String> aliases,
        List<LinkSpec> links) {
    public Endpoint {
        aliases = List.copyOf(aliases);
        links = List.copyOf(links);
    }

    /** The address alone. */
    public String ip() {
        return withoutPrefix(address);
    }

    /** The IPv6 address alone; empty when it has none. */
    public String ip6() {
        return withoutPrefix(address6);
    }

    private static String withoutPrefix(String text) {
        int slash = text.indexOf('/');
        return slash < 0 ? text : text.substring(0, slash);
    }

    /** The same as a container's way out. */
    Endpoint through(String fourth, String sixth) {
        return new Endpoint(
                id,
                network,
                networkName,
                driver,
                interfaceName,
                hostInterface,
                address,
                fourth,
                address6,
                sixth,
                mac,
                aliases,
                links);
    }

    static int prefixOf(String text) {
        return Integer.parseInt(text.substring(text.indexOf('/') + 1));
    }
}
