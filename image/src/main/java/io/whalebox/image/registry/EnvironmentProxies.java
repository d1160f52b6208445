package io.whalebox.image.registry;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The proxies that a user's environment names, as Go's programs read it: {@code HTTPS_PROXY}, {@code HTTP_PROXY} and
 * {@code NO_PROXY}, in capitals or not. This machine itself is never reached through one.
 */
final class EnvironmentProxies extends ProxySelector {
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final Map<String, String> environment;

    EnvironmentProxies(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public List<Proxy> select(URI uri) {
        return proxy(uri)
                .map(proxy -> List.of(new Proxy(Proxy.Type.HTTP, new InetSocketAddress(proxy.getHost(), port(proxy)))))
                .orElse(List.of(Proxy.NO_PROXY));
    }

    /** What the proxy for an address wants to be shown, if its own has a user in it. */
    Optional<String> authorization(URI uri) {
        return proxy(uri)
                .map(URI::getUserInfo)
                .map(user -> "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)));
    }

    private Optional<URI> proxy(URI uri) {
        String name = uri.getScheme().toUpperCase(Locale.ROOT) + "_PROXY";
        return variable(name).filter(_ -> !isExcepted(uri)).map(text -> {
            try {
                URI proxy = URI.create(text.contains("://") ? text : "http://" + text);
                if ("http".equals(proxy.getScheme()) && proxy.getHost() != null) {
                    return proxy;
                }
            } catch (IllegalArgumentException e) {
                throw invalid(name, e);
            }
            throw invalid(name, new IllegalArgumentException(name));
        });
    }

    private static WhaleboxException invalid(String name, Exception cause) {
        return new WhaleboxException(
                ErrorKind.INVALID, name + " is not the address of a proxy: expected http://HOST:PORT", cause);
    }

    private boolean isExcepted(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        Optional<InetAddress> address = Addresses.literal(host);
        return Addresses.isLoopback(host)
                || variable("NO_PROXY").stream()
                        .flatMap(list -> Stream.of(list.toLowerCase(Locale.ROOT).split(",", -1)))
                        .map(String::strip)
                        .filter(entry -> !entry.isEmpty())
                        .anyMatch(entry -> matches(entry, host, port(uri), address));
    }

    private static boolean matches(String entry, String host, int port, Optional<InetAddress> address) {
        if (entry.equals("*")) {
            return true;
        }
        if (entry.indexOf('/') > 0) {
            return address.isPresent()
                    && DaemonFile.Network.parse(entry)
                            .filter(network -> network.holds(address.get()))
                            .isPresent();
        }
        String name = Addresses.withoutPort(entry);
        if (!name.equals(entry) && !entry.endsWith(":" + port)) {
            return false;
        }
        String domain = name.startsWith("*.") ? name.substring(1) : name;
        return domain.startsWith(".")
                ? host.endsWith(domain)
                : host.equals(domain) || (address.isEmpty() && host.endsWith("." + domain));
    }

    private static int port(URI uri) {
        int standard = "https".equals(uri.getScheme()) ? HTTPS_PORT : HTTP_PORT;
        return uri.getPort() < 0 ? standard : uri.getPort();
    }

    private Optional<String> variable(String name) {
        return Stream.of(name, name.toLowerCase(Locale.ROOT))
                .flatMap(spelling -> Optional.ofNullable(environment.get(spelling)).stream())
                .filter(value -> !value.isEmpty())
                .findFirst();
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        Loggers.named("io.whalebox.image.registry")
                .log(System.Logger.Level.DEBUG, "the proxy {0} failed: {1}", address, failure.getMessage());
    }
}
