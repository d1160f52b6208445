package io.whalebox.network;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** The options that each driver has, by Docker's names. */
final class DriverOptions {
    private static final Pattern LINK = Pattern.compile("[^\\s/:%]{1,15}");

    private static final Map<String, Set<String>> KNOWN = Map.of(
            NetworkRecord.BRIDGE,
            Set.of(
                    NetworkRecord.ICC,
                    NetworkRecord.MASQUERADE,
                    NetworkRecord.MTU,
                    NetworkRecord.LINK,
                    NetworkRecord.HOST_BINDING),
            NetworkRecord.MACVLAN,
            Set.of(NetworkRecord.PARENT, NetworkRecord.MACVLAN_MODE),
            NetworkRecord.IPVLAN,
            Set.of(NetworkRecord.PARENT, NetworkRecord.IPVLAN_MODE));

    private DriverOptions() {}

    static void requireDriver(String driver) {
        if (!KNOWN.containsKey(driver)) {
            throw new WhaleboxException(
                    ErrorKind.NOT_FOUND,
                    "could not find a network driver " + driver + ": there are bridge, macvlan and ipvlan");
        }
    }

    static boolean isLink(String name) {
        return LINK.matcher(name).matches();
    }

    static void check(NetworkRecord network) {
        network.options().forEach((name, value) -> {
            if (!KNOWN.getOrDefault(network.driver(), Set.of()).contains(name)) {
                throw new WhaleboxException(
                        ErrorKind.INVALID, "unknown option " + name + " of the network driver " + network.driver());
            }
            if (!isSound(network, name, value)) {
                throw new WhaleboxException(ErrorKind.INVALID, "invalid value for " + name + ": " + value);
            }
        });
    }

    private static boolean isSound(NetworkRecord network, String name, String value) {
        return switch (name) {
            case NetworkRecord.ICC, NetworkRecord.MASQUERADE -> value.matches("true|false");
            case NetworkRecord.MTU -> value.matches("[1-9]\\d{2,4}") && network.mtu() <= 65535;
            case NetworkRecord.HOST_BINDING -> IpAddress.find(value).isPresent();
            case NetworkRecord.MACVLAN_MODE -> value.matches("bridge|vepa|private|passthru");
            case NetworkRecord.IPVLAN_MODE -> value.matches("l2|l3|l3s");
            default -> isLink(value);
        };
    }
}
