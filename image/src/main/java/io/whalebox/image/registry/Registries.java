package io.whalebox.image.registry;

import io.whalebox.image.Reference;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The registries that can be reached from here, as this machine is configured and as one user's environment has it. It
 * remembers connections and tokens until it is closed.
 */
public final class Registries implements AutoCloseable {
    private static final System.Logger LOG = Loggers.named("io.whalebox.image.registry");

    private static final String DOCKER_SERVER = "registry-1.docker.io";
    private static final Duration CONNECT = Duration.ofSeconds(30);

    private final RegistrySettings settings;
    private final DockerConfig config;
    private final EnvironmentProxies proxies;
    private final Pauses pauses;
    private final Map<String, Connection> connections = new ConcurrentHashMap<>();
    private final List<HttpClient> clients = new ArrayList<>();

    Registries(RegistrySettings settings, Map<String, String> environment, Pauses pauses) {
        this.settings = settings;
        this.config = DockerConfig.of(environment);
        this.proxies = new EnvironmentProxies(environment);
        this.pauses = pauses;
    }

    /** As this machine and a user's environment have them. */
    public static Registries of(Map<String, String> environment) {
        return new Registries(RegistrySettings.of(environment), environment, Pauses.REAL);
    }

    /** The same, with one registry that is taken for what it says, whatever is configured. */
    public static Registries insecure(Map<String, String> environment, String host) {
        return new Registries(RegistrySettings.of(environment).withInsecure(host), environment, Pauses.REAL);
    }

    /** The user's stored credentials. */
    public DockerConfig config() {
        return config;
    }

    /**
     * Works on a repository wherever it can be had: at a mirror, if there is one that has it, or at the registry itself.
     */
    <T> T fromAny(Reference name, Function<Repository, T> work) {
        for (URI mirror : settings.of(name.domain()).mirrors()) {
            try {
                return work.apply(new Repository(connect(mirror), name.path()));
            } catch (WhaleboxException e) {
                if (e.kind() == ErrorKind.PRECONDITION || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                LOG.log(Level.INFO, "the mirror {0} is passed over: {1}", mirror, e.getMessage());
            }
        }
        return work.apply(repository(name));
    }

    /** A repository at its registry itself. */
    Repository repository(Reference name) {
        return new Repository(connect(name.domain()), name.path());
    }

    /**
     * Shows credentials to a registry.
     *
     * @return what to keep of them
     * @throws WhaleboxException DENIED if they are wrong
     */
    public Credentials login(String host, Credentials credentials) {
        return open(host, () -> credentials).login();
    }

    /** The registry of this name, with what the user has for it. */
    Connection connect(String host) {
        // Not computeIfAbsent: its lock would be held while a registry is waited for.
        Connection known = connections.get(host);
        if (known != null) {
            return known;
        }
        Connection opened = open(host, () -> config.find(host));
        connections.put(host, opened);
        return opened;
    }

    private Connection connect(URI mirror) {
        String host = mirror.getRawAuthority();
        return new Connection(host, mirror, wire(settings.of(host)), () -> config.find(host));
    }

    /** Finds out how a registry is to be talked to. */
    private Connection open(String host, Supplier<Credentials> credentials) {
        HostSettings configured = settings.of(host);
        String server = host.equals(RegistrySettings.DOCKER) ? DOCKER_SERVER : host;
        URI tls = URI.create("https://" + server);
        URI plain = URI.create("http://" + server);
        if (configured.insecure()) {
            Wire wire = wire(configured);
            return new Connection(host, answers(wire, tls) ? tls : plain, wire, credentials);
        }
        if (!Addresses.isLoopback(host) || configured.hasCertificates()) {
            return new Connection(host, tls, wire(configured), credentials);
        }
        // Nobody can listen in between; so nearly all of these speak plain HTTP, and none has a certificate that
        // could be verified.
        Wire wire = wire(new HostSettings(true, List.of(), List.of(), Optional.empty()));
        return new Connection(host, answers(wire, plain) ? plain : tls, wire, credentials);
    }

    /** Whether a server understands this scheme. One that expects TLS answers 400 to plain HTTP, or hangs up. */
    private static boolean answers(Wire wire, URI base) {
        Call ping = Call.of("GET", base.resolve("/v2/"), Set.of());
        try (Answer answer = wire.once(ping, Optional.empty())) {
            return answer.status() != 400;
        } catch (IOException e) {
            // What is wrong is told by the first request, to the address that is tried in place of this one.
            LOG.log(Level.DEBUG, "{0} does not speak {1}: {2}", base.getHost(), base.getScheme(), e.getMessage());
            return false;
        }
    }

    private Wire wire(HostSettings configured) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT)
                .proxy(proxies);
        if (configured.insecure() || configured.hasCertificates()) {
            builder.sslContext(Trust.context(configured));
        }
        HttpClient client = builder.build();
        synchronized (clients) {
            clients.add(client);
        }
        return new Wire(client, proxies, pauses);
    }

    @Override
    public void close() {
        synchronized (clients) {
            clients.forEach(HttpClient::shutdownNow);
        }
    }
}
