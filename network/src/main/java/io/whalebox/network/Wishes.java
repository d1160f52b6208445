package io.whalebox.network;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.Optional;
import java.util.regex.Pattern;

/** What can be wrong with a place on a network that a user wants, in Docker's words. */
final class Wishes {
    private static final Pattern MAC = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");
    private static final int MULTICAST = 1;

    private Wishes() {}

    static void check(NetworkRecord network, EndpointSpec wish) {
        wish.mac().ifPresent(Wishes::checkMac);
        if (network.isPredefined() && !network.isDefault()) {
            throw new WhaleboxException(
                    ErrorKind.DENIED,
                    "container cannot be connected to " + network.name() + " network: it is started with it, or not");
        }
        boolean addressed = wish.ip().isPresent() || wish.ip6().isPresent();
        if (network.isDefault() && addressed) {
            throw invalid(network, "user specified IP address is supported on user defined networks only");
        }
        if (network.isDefault() && !wish.aliases().isEmpty()) {
            throw invalid(network, "network-scoped alias is supported only for containers in user defined networks");
        }
        if (addressed && !network.chosen()) {
            throw invalid(
                    network,
                    "user specified IP address is supported only when connecting to networks with user configured subnets");
        }
        checkAddress(network, wish.ip(), false);
        checkAddress(network, wish.ip6(), true);
    }

    private static void checkAddress(NetworkRecord network, Optional<String> wanted, boolean six) {
        if (wanted.isEmpty()) {
            return;
        }
        IpAddress address = IpAddress.find(wanted.get())
                .filter(it -> it.isSix() == six)
                .orElseThrow(() -> invalid(network, "invalid IPv" + (six ? 6 : 4) + " address: " + wanted.get()));
        if (network.pool(six).filter(pool -> pool.addresses().contains(address)).isEmpty()) {
            throw invalid(network, "no configured subnet contains IP address " + address);
        }
    }

    private static void checkMac(String mac) {
        if (!MAC.matcher(mac).matches() || (Integer.parseInt(mac.substring(0, 2), 16) & MULTICAST) != 0) {
            throw new WhaleboxException(ErrorKind.INVALID, "invalid MAC address: " + mac);
        }
    }

    private static WhaleboxException invalid(NetworkRecord network, String why) {
        return new WhaleboxException(
                ErrorKind.INVALID,
                "invalid config for network " + network.name() + ": invalid endpoint settings: " + why);
    }
}
