package io.whalebox.network;

import static io.whalebox.linux.netlink.Expression.accept;
import static io.whalebox.linux.netlink.Expression.belongsToConnection;
import static io.whalebox.linux.netlink.Expression.comesFrom;
import static io.whalebox.linux.netlink.Expression.comesFromKind;
import static io.whalebox.linux.netlink.Expression.comesFromOneOf;
import static io.whalebox.linux.netlink.Expression.comesFromSubnet;
import static io.whalebox.linux.netlink.Expression.comesNotFrom;
import static io.whalebox.linux.netlink.Expression.drop;
import static io.whalebox.linux.netlink.Expression.goesToSubnet;
import static io.whalebox.linux.netlink.Expression.goesToThisHost;
import static io.whalebox.linux.netlink.Expression.isOfFamily;
import static io.whalebox.linux.netlink.Expression.jump;
import static io.whalebox.linux.netlink.Expression.leaveChain;
import static io.whalebox.linux.netlink.Expression.leavesBy;
import static io.whalebox.linux.netlink.Expression.leavesByKind;
import static io.whalebox.linux.netlink.Expression.leavesByOneOf;
import static io.whalebox.linux.netlink.Expression.leavesNotBy;
import static io.whalebox.linux.netlink.Expression.masquerade;
import static io.whalebox.linux.netlink.Expression.redirectByAddress;
import static io.whalebox.linux.netlink.Expression.redirectByPort;
import static io.whalebox.linux.netlink.Expression.wasRedirected;

import io.whalebox.linux.netlink.Expression.Part;
import io.whalebox.linux.netlink.FilterTable;
import io.whalebox.linux.netlink.FilterTable.Element;
import io.whalebox.linux.netlink.FilterTable.Hook;
import io.whalebox.linux.netlink.FilterTable.ValueType;
import io.whalebox.linux.netlink.Request;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the packet filter is told of the networks: everything as data, before anything is asked of the kernel.
 *
 * <p>All rules are about Whalebox's own bridges. To accept a packet here only means not to drop it here: other tables,
 * such as the host's firewall, have their own say, before and after. The only exception is a host that forwarded nothing
 * before Whalebox made it forward: it goes on forwarding nothing between interfaces that are no bridges.
 *
 * <p>Published ports are elements of maps, so their number costs a packet nothing, and one comes and goes without the
 * others being touched.
 */
final class Rules {
    static final String BRIDGES = "bridges";
    /** A chain that is there when the host forwards for Whalebox's sake only. */
    static final String OTHERS = "others";

    private static final String RAW = "raw";
    private static final String PREROUTING = "prerouting";
    private static final String OUTPUT = "output";
    private static final String PUBLISHED = "published";
    private static final String FORWARD = "forward";
    private static final String POSTROUTING = "postrouting";
    private static final Subnet LOOPBACK = Subnet.parse("127.0.0.0/8");
    private static final Subnet LOOPBACK6 = Subnet.parse("::1/128");

    private final FilterTable table;
    private final Map<String, List<List<Part>>> chains = new LinkedHashMap<>();

    private Rules(FilterTable table) {
        this.table = table;
    }

    /**
     * Everything, in place of what was there before.
     *
     * @param forOthers whether the host forwards for others too
     */
    static List<Request> whole(
            FilterTable table, List<NetworkRecord> networks, Collection<PublishedPort> ports, boolean forOthers) {
        Rules rules = new Rules(table);
        List<NetworkRecord> bridged =
                networks.stream().filter(NetworkRecord::isBridge).toList();
        rules.redirection(bridged);
        rules.forwarding(bridged, forOthers);
        bridged.forEach(rules::translation);
        return rules.requests(bridged, ports, forOthers);
    }

    private void add(String chain, Part... parts) {
        chains.computeIfAbsent(chain, _ -> new ArrayList<>()).add(List.of(parts));
    }

    private void redirection(List<NetworkRecord> networks) {
        // A bridge may have been opened to the host's own loopback addresses, for published ports: that is for answers,
        // whose addresses are rewritten later than here (CVE-2020-8558).
        add(RAW, comesFromOneOf(BRIDGES), isOfFamily(false), goesTo(LOOPBACK), drop());
        for (NetworkRecord network : networks) {
            if (network.internal()) {
                add(PREROUTING, comesFrom(network.link()), leaveChain());
            }
        }
        // Neighbours have no business with loopback addresses, and the kernel would drop them only after rewriting.
        add(PREROUTING, isOfFamily(false), goesTo(LOOPBACK), leaveChain());
        add(PREROUTING, goesToThisHost(), jump(PUBLISHED));
        // No packet leaves with the loopback address of IPv6: to that one listens a relay.
        add(OUTPUT, isOfFamily(true), goesTo(LOOPBACK6), leaveChain());
        add(OUTPUT, goesToThisHost(), jump(PUBLISHED));
        for (boolean six : List.of(false, true)) {
            add(PUBLISHED, isOfFamily(six), redirectByAddress(ofOneAddress(six), six));
            add(PUBLISHED, isOfFamily(six), redirectByPort(ofAnyAddress(six), six));
        }
    }

    private void forwarding(List<NetworkRecord> networks, boolean forOthers) {
        add(FORWARD, belongsToConnection(), accept());
        for (NetworkRecord network : networks) {
            String link = network.link();
            if (network.internal()) {
                add(FORWARD, comesFrom(link), leavesNotBy(link), drop());
                add(FORWARD, leavesBy(link), comesNotFrom(link), drop());
            }
            if (network.connectsContainers()) {
                // Seen here where the kernel filters bridged packets too, and for ports of a neighbour's.
                add(FORWARD, comesFrom(link), leavesBy(link), accept());
            }
        }
        add(FORWARD, leavesByOneOf(BRIDGES), wasRedirected(), accept());
        add(FORWARD, leavesByOneOf(BRIDGES), drop());
        add(FORWARD, comesFromOneOf(BRIDGES), accept());
        if (!forOthers) {
            add(FORWARD, jump(OTHERS));
            // Bridges are somebody's who has rules of his own: another store, another engine, virtual machines.
            add(OTHERS, comesFromKind(NetworkRecord.BRIDGE), leaveChain());
            add(OTHERS, leavesByKind(NetworkRecord.BRIDGE), leaveChain());
            add(OTHERS, drop());
        }
    }

    private void translation(NetworkRecord network) {
        for (AddressPool pool : network.pools()) {
            Part family = isOfFamily(pool.isSix());
            Part from = comesFromSubnet(
                    pool.addresses().first().bytes(),
                    pool.addresses().prefix(),
                    pool.addresses().toString());
            if (network.masquerades()) {
                add(POSTROUTING, family, from, leavesNotBy(network.link()), masquerade());
            }
            // Else a container would be answered by its neighbour directly, from another address than it asked.
            add(POSTROUTING, family, from, leavesBy(network.link()), wasRedirected(), masquerade());
        }
        // Nobody could answer the host's loopback address.
        add(
                POSTROUTING,
                isOfFamily(false),
                comesFromSubnet(LOOPBACK.first().bytes(), LOOPBACK.prefix(), LOOPBACK.toString()),
                leavesBy(network.link()),
                wasRedirected(),
                masquerade());
    }

    private static Part goesTo(Subnet subnet) {
        return goesToSubnet(subnet.first().bytes(), subnet.prefix(), subnet.toString());
    }

    private List<Request> requests(List<NetworkRecord> networks, Collection<PublishedPort> ports, boolean forOthers) {
        // Made first, so that it can be removed whether it was there or not.
        List<Request> requests = new ArrayList<>(List.of(table.create(), table.delete(), table.create()));
        requests.add(table.set(BRIDGES, List.of(ValueType.LINK), List.of()));
        for (boolean six : List.of(false, true)) {
            ValueType address = six ? ValueType.IPV6 : ValueType.IPV4;
            List<ValueType> target = List.of(address, ValueType.PORT);
            requests.add(table.set(ofAnyAddress(six), List.of(ValueType.PROTOCOL, ValueType.PORT), target));
            requests.add(table.set(ofOneAddress(six), List.of(ValueType.PROTOCOL, address, ValueType.PORT), target));
        }
        requests.add(table.chain(RAW, "filter", Hook.PREROUTING, -300));
        requests.add(table.chain(PREROUTING, "nat", Hook.PREROUTING, -100));
        requests.add(table.chain(OUTPUT, "nat", Hook.OUTPUT, -100));
        requests.add(table.chain(FORWARD, "filter", Hook.FORWARD, 0));
        requests.add(table.chain(POSTROUTING, "nat", Hook.POSTROUTING, 100));
        requests.add(table.chain(PUBLISHED));
        if (!forOthers) {
            requests.add(table.chain(OTHERS));
        }
        chains.forEach((chain, rules) -> rules.forEach(rule -> requests.add(table.rule(chain, rule))));
        if (!networks.isEmpty()) {
            requests.add(table.add(
                    BRIDGES,
                    networks.stream()
                            .map(network -> new Element(new FilterTable.Key().link(network.link()), Optional.empty()))
                            .toList()));
        }
        requests.addAll(publish(table, ports));
        return requests;
    }

    /** Makes ports lead to containers. */
    static List<Request> publish(FilterTable table, Collection<PublishedPort> ports) {
        return byMap(ports).entrySet().stream()
                .map(map -> table.add(map.getKey(), map.getValue()))
                .toList();
    }

    /** Ends that. */
    static List<Request> withdraw(FilterTable table, Collection<PublishedPort> ports) {
        return byMap(ports).entrySet().stream()
                .map(map -> table.remove(
                        map.getKey(),
                        map.getValue().stream()
                                .map(element -> new Element(element.key(), Optional.empty()))
                                .toList()))
                .toList();
    }

    private static Map<String, List<Element>> byMap(Collection<PublishedPort> ports) {
        Map<String, List<Element>> maps = new LinkedHashMap<>();
        for (PublishedPort port : ports) {
            if (!port.isRedirected()) {
                continue;
            }
            IpAddress host = IpAddress.parse(port.hostAddress());
            FilterTable.Key key = new FilterTable.Key().protocol(port.protocol().number());
            if (!host.isAny()) {
                key.address(host.bytes());
            }
            maps.computeIfAbsent(
                            host.isAny() ? ofAnyAddress(host.isSix()) : ofOneAddress(host.isSix()),
                            _ -> new ArrayList<>())
                    .add(new Element(
                            key.port(port.hostPort()),
                            Optional.of(new FilterTable.Key()
                                    .address(IpAddress.parse(port.address()).bytes())
                                    .port(port.containerPort()))));
        }
        return maps;
    }

    private static String ofAnyAddress(boolean six) {
        return six ? "any6" : "any4";
    }

    private static String ofOneAddress(boolean six) {
        return six ? "one6" : "one4";
    }
}
