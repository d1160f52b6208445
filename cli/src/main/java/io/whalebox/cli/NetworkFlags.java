package io.whalebox.cli;

import io.whalebox.network.DnsSpec;
import io.whalebox.network.EndpointSpec;
import io.whalebox.network.ExposedPort;
import io.whalebox.network.HostEntry;
import io.whalebox.network.IpAddress;
import io.whalebox.network.LinkSpec;
import io.whalebox.network.NetworkMode;
import io.whalebox.network.NetworkSpec;
import io.whalebox.network.PortSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The options of {@code run} that are about networks, and what they mean. */
final class NetworkFlags {
    static final Flag<String> NETWORK = Flag.list(
                    "network",
                    "network",
                    Function.identity(),
                    "Network: \"bridge\", \"none\", \"host\", \"container:NAME\" or one that was created")
            .alsoSpelled("--net")
            .standard("\"bridge\"");
    static final Flag<String> ALIAS = Flag.list(
                    "network-alias", "list", Function.identity(), "Further name of the container on its network")
            .alsoSpelled("--net-alias");
    static final Flag<String> IP = Flag.single("ip", "ip", NetworkFlags::address, "IPv4 address on its network");
    static final Flag<String> IP6 = Flag.single("ip6", "ip", NetworkFlags::address, "IPv6 address on its network");
    static final Flag<String> MAC = Flag.text("mac-address", "Hardware address of its interface");
    static final Flag<List<PortSpec>> PUBLISH = Flag.list(
                    "publish",
                    "list",
                    PortFlag::publish,
                    "Have a port of the host lead to one of the container: [[ADDRESS:]HOSTPORT:]PORT[/PROTOCOL]")
            .shorthand('p');
    static final Flag<Boolean> PUBLISH_ALL = Flag.toggle(
                    "publish-all", "Have a port of the host lead to each port that is exposed")
            .shorthand('P');
    static final Flag<List<ExposedPort>> EXPOSE =
            Flag.list("expose", "list", PortFlag::expose, "Say that the program listens on a port or a range of them");
    static final Flag<String> DNS =
            Flag.list("dns", "list", NetworkFlags::server, "Name server to ask instead of the host's");
    static final Flag<String> DNS_SEARCH =
            Flag.list("dns-search", "list", Function.identity(), "Domain to look names up in; \".\" for none");
    static final Flag<String> DNS_OPTION = Flag.list(
                    "dns-option", "list", Function.identity(), "Option of resolv.conf, such as ndots:2")
            .alsoSpelled("--dns-opt");
    static final Flag<HostEntry> ADD_HOST = Flag.list(
            "add-host",
            "list",
            NetworkFlags::hostEntry,
            "Name with its address for /etc/hosts: NAME:ADDRESS, or NAME:host-gateway for the host");

    static final Flag<LinkSpec> LINK =
            Flag.list("link", "list", NetworkFlags::link, "Know another container by a name of its own: NAME[:ALIAS]");

    private static final String CONTAINER = "container:";

    private NetworkFlags() {}

    /** What all of them say. */
    static NetworkSpec spec(CommandLine line) {
        NetworkMode mode = mode(line);
        boolean own = mode instanceof NetworkMode.Attached;
        boolean publishes = !line.values(PUBLISH).isEmpty() || line.isOn(PUBLISH_ALL);
        if (mode instanceof NetworkMode.Container) {
            refuse(publishes, "port publishing and the container type network mode");
            refuse(!line.values(EXPOSE).isEmpty(), "port exposing and the container type network mode");
            refuse(!line.values(DNS).isEmpty(), "dns and the network mode");
            refuse(!line.values(ADD_HOST).isEmpty(), "custom host-to-IP mapping and the network mode");
        }
        if (!own && !line.values(LINK).isEmpty()) {
            String type = line.values(NETWORK).getFirst();
            throw Strconv.invalid("conflicting options: " + (type.startsWith(CONTAINER) ? "container" : type)
                    + " type networking can't be used with links. This would result in undefined behavior");
        }
        if (!own) {
            refuse(!line.values(ALIAS).isEmpty(), "network-scoped aliases and a mode without a network");
            refuse(
                    line.value(IP).isPresent()
                            || line.value(IP6).isPresent()
                            || mac(line).isPresent(),
                    "an address and a mode without a network");
        }
        return new NetworkSpec(
                mode,
                line.values(PUBLISH).stream().flatMap(List::stream).toList(),
                line.isOn(PUBLISH_ALL),
                line.values(EXPOSE).stream().flatMap(List::stream).toList(),
                new DnsSpec(line.values(DNS), line.values(DNS_SEARCH), line.values(DNS_OPTION)),
                line.values(ADD_HOST));
    }

    private static void refuse(boolean conflict, String what) {
        if (conflict) {
            throw Strconv.invalid("conflicting options: " + what);
        }
    }

    private static NetworkMode mode(CommandLine line) {
        List<String> networks =
                line.values(NETWORK).stream().filter(name -> !name.isEmpty()).toList();
        if (networks.isEmpty()) {
            networks = List.of("default");
        }
        if (networks.size() == 1) {
            String only = networks.getFirst();
            if (only.equals("none")) {
                return new NetworkMode.None();
            }
            if (only.equals("host")) {
                return new NetworkMode.Host();
            }
            if (only.startsWith(CONTAINER)) {
                if (only.length() == CONTAINER.length()) {
                    throw Strconv.invalid("invalid container format container:<name|id>");
                }
                return new NetworkMode.Container(only.substring(CONTAINER.length()));
            }
        }
        List<EndpointSpec> endpoints = new ArrayList<>();
        for (String network : networks) {
            refuse(
                    network.equals("none") || network.equals("host") || network.startsWith(CONTAINER),
                    "cannot attach both user-defined and non-user-defined network-modes");
            String name = network.equals("default") ? NetworkSpec.DEFAULT_NETWORK : network;
            if (endpoints.stream().anyMatch(it -> it.network().equals(name))) {
                throw Strconv.invalid("network " + Strconv.quote(name) + " is specified multiple times");
            }
            // As in Docker, what is said of one is about the first.
            endpoints.add(
                    endpoints.isEmpty()
                            ? new EndpointSpec(
                                    name,
                                    line.value(IP),
                                    line.value(IP6),
                                    mac(line),
                                    line.values(ALIAS),
                                    line.values(LINK))
                            : EndpointSpec.on(name));
        }
        return new NetworkMode.Attached(endpoints);
    }

    private static Optional<String> mac(CommandLine line) {
        return line.value(MAC).filter(text -> !text.isEmpty());
    }

    private static String address(String text) {
        return IpAddress.find(text)
                .map(IpAddress::toString)
                .orElseThrow(() -> Strconv.invalid("failed to parse IP: " + Strconv.quote(text)));
    }

    private static LinkSpec link(String text) {
        String[] parts = text.split(":", -1);
        if (text.isEmpty()) {
            throw Strconv.invalid("empty string specified for links");
        }
        if (parts.length > 2 || parts[0].isEmpty()) {
            throw Strconv.invalid("bad format for links: " + text);
        }
        String alias = parts.length == 2 && !parts[1].isEmpty() ? parts[1] : parts[0];
        if (alias.chars().anyMatch(Character::isWhitespace)) {
            throw Strconv.invalid("bad format for links: " + text);
        }
        return new LinkSpec(parts[0], alias);
    }

    private static String server(String text) {
        return IpAddress.find(text.strip())
                .map(IpAddress::toString)
                .orElseThrow(() -> Strconv.invalid(text + " is not an ip address"));
    }

    private static HostEntry hostEntry(String text) {
        int equals = text.indexOf('=');
        int at = equals >= 0 ? equals : text.indexOf(':');
        if (at < 1) {
            throw Strconv.invalid("bad format for add-host: " + Strconv.quote(text));
        }
        String name = text.substring(0, at);
        String address = text.substring(at + 1);
        if (name.chars().anyMatch(Character::isWhitespace)) {
            throw Strconv.invalid("bad format for add-host: " + Strconv.quote(text));
        }
        if (address.equals(HostEntry.GATEWAY)) {
            return new HostEntry(name, address);
        }
        String plain =
                address.startsWith("[") && address.endsWith("]") ? address.substring(1, address.length() - 1) : address;
        return IpAddress.find(plain)
                .map(it -> new HostEntry(name, it.toString()))
                .orElseThrow(() -> Strconv.invalid("invalid IP address in add-host: " + Strconv.quote(address)));
    }
}
