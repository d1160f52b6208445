package io.whalebox.cli;

import io.whalebox.linux.WhaleboxException;
import io.whalebox.network.ExposedPort;
import io.whalebox.network.IpAddress;
import io.whalebox.network.PortSpec;
import io.whalebox.network.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code -p} and {@code --expose} take, in Docker's grammar: {@code [[ADDRESS:]HOSTPORT:]PORT[/PROTOCOL]}, each port
 * a number or a range.
 */
final class PortFlag {
    private static final Pattern SPEC =
            Pattern.compile("(?:(?:(\\[[^\\]]*\\]|[^:\\[\\]]*):)?([^:\\[\\]]*):)?([^:/]*)(?:/([^:/]*))?");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
    private static final int LAST_PORT = 65535;

    private PortFlag() {}

    private record Range(int first, int last) {
        int size() {
            return last - first + 1;
        }
    }

    /** Reads ports to publish; a range is several. */
    static List<PortSpec> publish(String text) {
        Matcher matcher = SPEC.matcher(text);
        if (!matcher.matches()) {
            throw Strconv.invalid("invalid publish specification: " + text);
        }
        String container = matcher.group(3);
        if (container.isEmpty()) {
            throw Strconv.invalid("no port specified: " + text + "<empty>");
        }
        Protocol protocol = protocol(matcher.group(4));
        Range inside = range(container, "invalid containerPort: ");
        String host = matcher.group(2) == null ? "" : matcher.group(2);
        String address = address(matcher.group(1) == null ? "" : matcher.group(1));
        List<PortSpec> ports = new ArrayList<>();
        if (host.isEmpty()) {
            for (int port = inside.first(); port <= inside.last(); port++) {
                ports.add(new PortSpec(protocol, address, 0, 0, port));
            }
            return ports;
        }
        Range outside = range(host, "invalid hostPort: ");
        if (inside.size() == 1) {
            return List.of(new PortSpec(protocol, address, outside.first(), outside.last(), inside.first()));
        }
        if (inside.size() != outside.size()) {
            throw Strconv.invalid(
                    "invalid ranges specified for container and host Ports: " + container + " and " + host);
        }
        for (int i = 0; i < inside.size(); i++) {
            ports.add(new PortSpec(protocol, address, outside.first() + i, outside.first() + i, inside.first() + i));
        }
        return ports;
    }

    /** Reads ports that a program listens on. */
    static List<ExposedPort> expose(String text) {
        int slash = text.indexOf('/');
        Range range = range(slash < 0 ? text : text.substring(0, slash), "invalid range format for --expose: ");
        Protocol protocol = protocol(slash < 0 ? null : text.substring(slash + 1));
        List<ExposedPort> ports = new ArrayList<>();
        for (int port = range.first(); port <= range.last(); port++) {
            ports.add(new ExposedPort(port, protocol));
        }
        return ports;
    }

    private static Protocol protocol(@Nullable String text) {
        return text == null || text.isEmpty() ? Protocol.TCP : Protocol.parse(text);
    }

    private static Range range(String text, String complaint) {
        Matcher matcher = RANGE.matcher(text);
        if (!matcher.matches()) {
            throw Strconv.invalid(complaint + text);
        }
        int first = Integer.parseInt(matcher.group(1));
        int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
        if (first < 1 || last > LAST_PORT || first > last) {
            throw Strconv.invalid(complaint + text);
        }
        return new Range(first, last);
    }

    private static String address(String text) {
        if (text.isEmpty()) {
            return "";
        }
        String plain = text.startsWith("[") ? text.substring(1, text.length() - 1) : text;
        try {
            return IpAddress.parse(plain).toString();
        } catch (WhaleboxException e) {
            throw Strconv.invalid("invalid IP address: " + plain);
        }
    }
}
