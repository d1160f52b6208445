package io.whalebox.image.registry;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Addresses of hosts. */
final class Addresses {
    private static final Pattern LITERAL =
            Pattern.compile("[0-9]+(?:\\.[0-9]+){3}|\\[?[0-9a-fA-F:]*:[0-9a-fA-F:.]*\\]?");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(?:\\.[0-9]{1,3}){3}|\\[?::1\\]?");

    private Addresses() {}

    /** Whether a host is this machine itself, by its name alone. */
    static boolean isLoopback(String host) {
        return LOOPBACK.matcher(withoutPort(host)).matches();
    }

    /** A host without its port. */
    static String withoutPort(String host) {
        return host.matches(".*\\]|[^:]*|[^\\[]*:[^\\]]*:.*") ? host : host.substring(0, host.lastIndexOf(':'));
    }

    /** An address that is written as one; no name is looked up. */
    static Optional<InetAddress> literal(String text) {
        return LITERAL.matcher(text).matches() ? resolve(text).stream().findFirst() : Optional.empty();
    }

    /** All addresses of a name; none if there is no such name. */
    static List<InetAddress> resolve(String host) {
        try {
            return List.of(InetAddress.getAllByName(host));
        } catch (UnknownHostException e) {
            return List.of();
        }
    }
}
