package io.whalebox.network;

import io.avaje.jsonb.Json;
import io.whalebox.linux.netlink.Links;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A network as it is written down ({@code networks/ID/network.json}), once and for all.
 *
 * @param driver {@code bridge}, {@code macvlan} or {@code ipvlan}
 * @param created as {@link java.time.Instant} prints it
 * @param link the name of its bridge, or of the host's interface that it shares
 * @param internal whether nobody beyond it is reached from it, and it from nobody
 * @param six whether it has IPv6 addresses
 * @param chosen whether the user chose its subnet
 */
@Json
public record NetworkRecord(
        String id,
        String name,
        String driver,
        String created,
        String link,
        boolean internal,
        boolean attachable,
        boolean six,
        boolean chosen,
        List<AddressPool> pools,
        Map<String, String> options,
        Map<String, String> labels) {
    static final String BRIDGE = "bridge";
    static final String MACVLAN = "macvlan";
    static final String IPVLAN = "ipvlan";
    static final String HOST = "host";
    static final String NONE = "null";

    static final String MTU = "com.docker.network.driver.mtu";
    static final String ICC = "com.docker.network.bridge.enable_icc";
    static final String MASQUERADE = "com.docker.network.bridge.enable_ip_masquerade";
    static final String LINK = "com.docker.network.bridge.name";
    static final String HOST_BINDING = "com.docker.network.bridge.host_binding_ipv4";
    static final String PARENT = "parent";
    static final String MACVLAN_MODE = "macvlan_mode";
    static final String IPVLAN_MODE = "ipvlan_mode";

    private static final int DEFAULT_MTU = 1500;

    public NetworkRecord {
        pools = List.copyOf(pools);
        options = Map.copyOf(options);
        labels = Map.copyOf(labels);
    }

    /** Whether it is always there. */
    public boolean isPredefined() {
        return isDefault() || driver.equals(HOST) || driver.equals(NONE);
    }

    /** Whether it is the one for all who want no other. */
    public boolean isDefault() {
        return name.equals(NetworkSpec.DEFAULT_NETWORK);
    }

    boolean isBridge() {
        return driver.equals(BRIDGE);
    }

    /** Of a macvlan network. */
    Links.MacvlanMode macvlanMode() {
        return Links.MacvlanMode.valueOf(
                options.getOrDefault(MACVLAN_MODE, "bridge").toUpperCase(Locale.ROOT));
    }

    /** Of an ipvlan network. */
    Links.IpvlanMode ipvlanMode() {
        return Links.IpvlanMode.valueOf(options.getOrDefault(IPVLAN_MODE, "l2").toUpperCase(Locale.ROOT));
    }

    /** Whether the host's kernel routes what its containers send, so that there is nobody to send it to. */
    boolean isRoutedByInterface() {
        return driver.equals(IPVLAN) && ipvlanMode() != Links.IpvlanMode.L2;
    }

    /** Whether its containers reach each other. */
    boolean connectsContainers() {
        return isOn(ICC);
    }

    boolean masquerades() {
        return isOn(MASQUERADE) && !internal;
    }

    private boolean isOn(String option) {
        return !options.getOrDefault(option, "true").equals("false");
    }

    int mtu() {
        return Optional.ofNullable(options.get(MTU)).map(Integer::parseInt).orElse(DEFAULT_MTU);
    }

    /** Where addresses of one family come from, if it has them. */
    Optional<AddressPool> pool(boolean ofSix) {
        return pools.stream().filter(pool -> pool.isSix() == ofSix).findFirst();
    }
}
