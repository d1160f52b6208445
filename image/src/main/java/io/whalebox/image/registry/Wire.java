package io.whalebox.image.registry;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.UnresolvedAddressException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;

/**
 * Sends requests: follows redirects without taking credentials along, and tries again what failed in passing.
 */
final class Wire {
    private static final System.Logger LOG = Loggers.named("io.whalebox.image.registry");

    /** As many as Go's client, which Docker's is. */
    private static final int MOST_REDIRECTS = 10;

    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> PASSING = Set.of(429, 500, 502, 503, 504);

    private final HttpClient http;
    private final EnvironmentProxies proxies;
    private final Pauses pauses;
    private final String userAgent;

    Wire(HttpClient http, EnvironmentProxies proxies, Pauses pauses) {
        this.http = http;
        this.proxies = proxies;
        this.pauses = pauses;
        this.userAgent = "whalebox (linux; " + System.getProperty("os.arch") + ")";
    }

    Pauses pauses() {
        return pauses;
    }

    /**
     * Sends a request until it is answered otherwise than in passing. What isn't repeatable is tried again only if it
     * was not taken.
     *
     * @param authorization for the server that the request names, and for no other
     * @throws WhaleboxException UNAVAILABLE when nothing answers
     */
    Answer send(Call call, Optional<String> authorization) {
        for (int attempt = 1; ; attempt++) {
            try {
                Answer answer = once(call, authorization);
                if (!PASSING.contains(answer.status()) || attempt == Pauses.ATTEMPTS) {
                    return answer;
                }
                LOG.log(
                        Level.DEBUG,
                        "{0} answered {1}, trying again",
                        call.uri().getHost(),
                        answer.status());
                answer.close();
                pauses.beforeRetry(attempt, answer.headers());
            } catch (IOException e) {
                if (attempt == Pauses.ATTEMPTS || !call.isRepeatable() || !isPassing(e)) {
                    throw unreachable(call.uri(), e);
                }
                LOG.log(
                        Level.DEBUG,
                        "{0} failed ({1}), trying again",
                        call.uri().getHost(),
                        e.getMessage());
                pauses.beforeRetry(attempt);
            }
        }
    }

    /** Sends a request once, to wherever it is redirected. */
    Answer once(Call call, Optional<String> authorization) throws IOException {
        URI uri = call.uri();
        for (int redirects = 0; ; redirects++) {
            boolean sameServer = isSameServer(call.uri(), uri);
            Answer answer = exchange(call.to(uri), authorization.filter(_ -> sameServer));
            Optional<String> location = answer.header("Location");
            if (!call.isRepeatable() || !REDIRECTS.contains(answer.status()) || location.isEmpty()) {
                return answer;
            }
            answer.close();
            if (redirects == MOST_REDIRECTS) {
                throw new WhaleboxException(
                        ErrorKind.UNAVAILABLE, call.uri().getHost() + " redirects in circles: try again later");
            }
            uri = target(uri, location.get());
        }
    }

    private Answer exchange(Call call, Optional<String> authorization) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(call.uri())
                .timeout(call.patience())
                .header("User-Agent", userAgent)
                .method(call.method(), call.body().get());
        call.headers().forEach(request::header);
        authorization.ifPresent(header -> request.header("Authorization", header));
        proxies.authorization(call.uri()).ifPresent(header -> request.header("Proxy-Authorization", header));
        LOG.log(Level.TRACE, "{0} {1}", call.method(), Answer.withoutQuery(call.uri()));
        try {
            return Answer.of(http.send(request.build(), BodyHandlers.ofInputStream()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WhaleboxException(ErrorKind.UNAVAILABLE, "talking to a registry was interrupted", e);
        }
    }

    /** Credentials, and certainty about who answers, don't survive a step down to plain HTTP. */
    private static URI target(URI from, String location) {
        URI to;
        try {
            to = from.resolve(URI.create(location));
        } catch (IllegalArgumentException e) {
            throw new WhaleboxException(
                    ErrorKind.UNAVAILABLE, from.getHost() + " redirects to what is no address: report it there", e);
        }
        String scheme = String.valueOf(to.getScheme()).toLowerCase(Locale.ROOT);
        boolean known = scheme.equals("https") || scheme.equals("http");
        if (!known || to.getHost() == null || (scheme.equals("http") && "https".equalsIgnoreCase(from.getScheme()))) {
            throw new WhaleboxException(
                    ErrorKind.DENIED,
                    from.getHost() + " redirects from " + from.getScheme() + " to " + scheme
                            + ", which is refused: nothing there could be trusted");
        }
        return to;
    }

    private static boolean isSameServer(URI one, URI other) {
        return String.valueOf(one.getScheme()).equalsIgnoreCase(other.getScheme())
                && String.valueOf(one.getHost()).equalsIgnoreCase(other.getHost())
                && one.getPort() == other.getPort();
    }

    /** Nobody listens, the name is unknown, the certificate is wrong: that won't be better in a second. */
    static boolean isPassing(IOException failure) {
        return !(failure instanceof ConnectException) && !(failure instanceof SSLException);
    }

    static WhaleboxException unreachable(URI uri, IOException failure) {
        String why = switch (failure) {
            case ConnectException e when isUnresolved(e) -> "no such host: check the name, and this machine's DNS";
            case ConnectException _ -> "connection refused: check that it runs, its address, and the proxy";
            case SSLException e
            when isUntrusted(e) ->
                "its certificate is not trusted (" + e.getMessage()
                        + "): put its authority's into /etc/whalebox/certs.d/" + uri.getRawAuthority()
                        + "/ca.crt";
            case SSLException e -> "TLS failed (" + e.getMessage() + ")";
            default -> failure.getMessage() + ": try again later";
        };
        return new WhaleboxException(
                ErrorKind.UNAVAILABLE, "cannot reach the registry at " + uri.getRawAuthority() + ": " + why, failure);
    }

    private static boolean isUnresolved(Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof UnresolvedAddressException)) {
            cause = cause.getCause();
        }
        return cause != null;
    }

    private static boolean isUntrusted(SSLException failure) {
        String message = String.valueOf(failure.getMessage());
        return message.contains("certification path")
                || message.contains("subject alternative")
                || message.contains("certificate");
    }
}
