package io.whalebox.image.registry;

import io.whalebox.image.Reference;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The registries that can be reached from here, with what is configured for each. */
public final class Registries {
    private static final String DOCKER = "docker.io";
    private static final String DOCKER_SERVER = "registry-1.docker.io";
    private static final Pattern LOOPBACK =
            Pattern.compile("(?:localhost|127(?:\\.[0-9]{1,3}){3}|\\[::1\\])(?::[0-9]+)?");

    private final Pauses pauses;

    private Registries(Pauses pauses) {
        this.pauses = pauses;
    }

    /** As this machine and a user's environment have them. */
    public static Registries of(Map<String, String> environment) {
        return new Registries(Pauses.REAL);
    }

    /** Works on a repository wherever it can be had. */
    <T> T fromAny(Reference name, Function<Repository, T> work) {
        return work.apply(new Repository(connect(name.domain()), name.path()));
    }

    /** Finds out how a registry is to be talked to. */
    private Connection connect(String host) {
        HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(30))
                .build();
        String server = host.equals(DOCKER) ? DOCKER_SERVER : host;
        URI base = URI.create((LOOPBACK.matcher(host).matches() ? "http://" : "https://") + server);
        return new Connection(host, base, new Wire(http, pauses), () -> Credentials.NONE);
    }
}
