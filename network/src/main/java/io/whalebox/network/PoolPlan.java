package io.whalebox.network;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The address pools of a new network, from what its user says and what is in use already. */
final class PoolPlan {
    private final NetworkCreation wanted;
    private final List<NetworkRecord> others;
    private final List<Subnet> ofHost;

    PoolPlan(NetworkCreation wanted, List<NetworkRecord> others, List<Subnet> ofHost) {
        this.wanted = wanted;
        this.others = others;
        this.ofHost = ofHost;
    }

    List<AddressPool> pools() {
        List<Subnet> subnets = new ArrayList<>();
        wanted.subnets().forEach(text -> subnets.add(subnet(text)));
        subnets.forEach(subnet -> check(subnet, subnets));
        List<Subnet> used = new ArrayList<>(ofHost);
        others.forEach(network -> network.pools().forEach(pool -> used.add(pool.addresses())));
        SubnetChoice choice = new SubnetChoice(used);
        if (subnets.stream().allMatch(Subnet::isSix)) {
            subnets.addFirst(choice.four());
        }
        if (wanted.six() && subnets.stream().noneMatch(Subnet::isSix)) {
            subnets.add(choice.six());
        }
        wanted.ranges().forEach(text -> requireHome("range", text, rangeFirst(text), subnets));
        wanted.gateways().forEach(text -> requireHome("gateway", text, address("gateway", text), subnets));
        wanted.auxiliary()
                .forEach((name, text) -> requireHome("aux-address", text, address("aux-address", text), subnets));
        return subnets.stream().map(this::pool).toList();
    }

    private static Subnet subnet(String text) {
        Subnet subnet = Subnet.find(text)
                .orElseThrow(() -> invalid("invalid subnet " + text + ": invalid CIDR address: " + text));
        if (!subnet.toString().equals(text)
                && !IpAddress.parse(text.substring(0, text.indexOf('/'))).equals(subnet.first())) {
            throw invalid("invalid subnet " + text + ": it should be " + subnet);
        }
        int least = subnet.isSix() ? 126 : 30;
        if (subnet.prefix() > least) {
            throw invalid("invalid subnet " + text + ": it has no room for a gateway and a container");
        }
        if (subnet.prefix() == 0 || subnet.first().isLoopback()) {
            throw invalid("invalid subnet " + text + ": its addresses are not for networks");
        }
        return subnet;
    }

    private void check(Subnet subnet, List<Subnet> all) {
        if (all.stream().filter(other -> other.isSix() == subnet.isSix()).count() > 1) {
            throw invalid("conflicting options: a network has one subnet of IPv4 and one of IPv6");
        }
        if (subnet.isSix() && !wanted.six()) {
            throw invalid("invalid subnet " + subnet + ": IPv6 has to be asked for with --ipv6");
        }
        for (NetworkRecord network : others) {
            for (AddressPool pool : network.pools()) {
                if (pool.addresses().overlaps(subnet)) {
                    throw new WhaleboxException(
                            ErrorKind.DENIED,
                            "invalid pool request: Pool overlaps with other one on this address space (" + subnet
                                    + " with " + pool.subnet() + " of network " + network.name() + ")");
                }
            }
        }
        for (Subnet host : ofHost) {
            // Its own subnet is what a container on the host's wire shares with it.
            if (host.overlaps(subnet) && wanted.driver().equals(NetworkRecord.BRIDGE)) {
                throw new WhaleboxException(
                        ErrorKind.DENIED,
                        "invalid pool request: Pool overlaps with other one on this address space (" + subnet
                                + " with the host's own " + host + ")");
            }
        }
    }

    private static void requireHome(String what, String text, IpAddress address, List<Subnet> subnets) {
        if (subnets.stream().noneMatch(subnet -> subnet.contains(address))) {
            throw invalid("no matching subnet for " + what + " " + text);
        }
    }

    private static IpAddress rangeFirst(String text) {
        return Subnet.find(text)
                .orElseThrow(() -> invalid("invalid ip-range " + text + ": invalid CIDR address: " + text))
                .first();
    }

    private static IpAddress address(String what, String text) {
        return IpAddress.find(text).orElseThrow(() -> invalid("invalid " + what + ": invalid IP address: " + text));
    }

    private AddressPool pool(Subnet subnet) {
        Optional<Subnet> range = wanted.ranges().stream()
                .map(Subnet::parse)
                .filter(it -> subnet.contains(it))
                .findFirst();
        IpAddress gateway = wanted.gateways().stream()
                .map(IpAddress::parse)
                .filter(subnet::contains)
                .findFirst()
                .orElseGet(() -> {
                    IpAddress first = range.orElse(subnet).first();
                    return first.equals(subnet.first()) ? first.plus(1) : first;
                });
        if (gateway.equals(subnet.first()) || (!gateway.isSix() && gateway.equals(subnet.last()))) {
            throw invalid("invalid gateway " + gateway + ": it is not for hosts of " + subnet);
        }
        Map<String, String> auxiliary = new HashMap<>();
        wanted.auxiliary().forEach((name, text) -> {
            if (subnet.contains(IpAddress.parse(text))) {
                auxiliary.put(name, IpAddress.parse(text).toString());
            }
        });
        return new AddressPool(subnet.toString(), range.map(Subnet::toString), gateway.toString(), auxiliary);
    }

    private static WhaleboxException invalid(String message) {
        return new WhaleboxException(ErrorKind.INVALID, message);
    }
}
