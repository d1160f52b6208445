package io.whalebox.image.registry;

import io.avaje.jsonb.Json;
import io.whalebox.image.Documents;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Gets tokens from where a registry's challenge points to: by {@code GET} with a password or with nothing, or by
 * {@code POST} with an identity token (Docker's "Token Authentication" and "OAuth2" specifications).
 */
final class TokenServer {
    private static final String CLIENT = "whalebox";

    /** What tokens are good for that don't say, by the specification. */
    private static final long STANDARD_SECONDS = 60;

    private static final int LARGEST = 1 << 20;

    private final Wire wire;

    TokenServer(Wire wire) {
        this.wire = wire;
    }

    /**
     * A token.
     *
     * @param refresh an identity token that came with it, if one was asked for
     * @param until when it may be used
     */
    record Token(String value, Optional<String> refresh, Instant until) {
        String header() {
            return "Bearer " + value;
        }

        boolean isFresh() {
            return Instant.now().isBefore(until);
        }
    }

    /**
     * Gets a token.
     *
     * @param scopes what it is to allow, besides what the challenge says
     * @param login whether to ask for an identity token too
     */
    Token token(Challenge challenge, Set<String> scopes, Credentials credentials, boolean secure, boolean login) {
        URI realm = realm(challenge, secure);
        Set<String> all = new TreeSet<>(scopes);
        challenge.parameter("scope").filter(scope -> !scope.isEmpty()).ifPresent(all::add);
        List<String> parameters = new ArrayList<>();
        challenge.parameter("service").ifPresent(service -> parameters.add(parameter("service", service)));
        try (Answer answer = switch (credentials) {
            case Credentials.IdentityToken identity -> exchange(realm, parameters, all, identity.token());
            case Credentials.Password password -> {
                parameters.add(parameter("account", password.user()));
                parameters.add(parameter("client_id", CLIENT));
                if (login) {
                    parameters.add(parameter("offline_token", "true"));
                }
                yield ask(realm, parameters, all, Optional.of(password.header()));
            }
            case Credentials.Anonymous _, Credentials.RegistryToken _ -> ask(realm, parameters, all, Optional.empty());
        }) {
            return read(answer);
        } catch (IOException e) {
            throw Wire.unreachable(realm, e);
        }
    }

    private Answer ask(URI realm, List<String> parameters, Set<String> scopes, Optional<String> authorization) {
        List<String> query = new ArrayList<>(parameters);
        scopes.forEach(scope -> query.add(parameter("scope", scope)));
        String separator = realm.getRawQuery() == null ? "?" : "&";
        URI uri = query.isEmpty() ? realm : URI.create(realm + separator + String.join("&", query));
        return wire.send(Call.of("GET", uri, Set.of()), authorization);
    }

    private Answer exchange(URI realm, List<String> parameters, Set<String> scopes, String identityToken) {
        List<String> form = new ArrayList<>(parameters);
        form.add(parameter("grant_type", "refresh_token"));
        form.add(parameter("refresh_token", identityToken));
        form.add(parameter("client_id", CLIENT));
        form.add(parameter("scope", String.join(" ", scopes)));
        String body = String.join("&", form);
        return wire.send(
                Call.of("POST", realm, Set.of())
                        .body("application/x-www-form-urlencoded", body.length(), () -> BodyPublishers.ofString(body)),
                Optional.empty());
    }

    private static Token read(Answer answer) throws IOException {
        if (!answer.isSuccess()) {
            throw new WhaleboxException(
                    answer.status() == 401 || answer.status() == 403 || answer.status() == 400
                            ? ErrorKind.DENIED
                            : ErrorKind.UNAVAILABLE,
                    answer.status() == 401
                            ? "unauthorized: incorrect username or password, or none given (" + answer.explanation()
                                    + "): log in"
                            : "no token from " + answer.from().getRawAuthority() + ": " + answer.explanation());
        }
        Response response = Documents.read(
                Response.class,
                answer.read(LARGEST),
                "the token of " + answer.from().getRawAuthority());
        String value = response.token()
                .or(response::accessToken)
                .orElseThrow(() -> new WhaleboxException(
                        ErrorKind.UNAVAILABLE,
                        "the token server " + answer.from().getRawAuthority() + " sent no token: try again later"));
        long seconds = Math.max(STANDARD_SECONDS, response.expiresIn());
        // Not to its last second: clocks differ, and requests take time.
        return new Token(value, response.refreshToken(), Instant.now().plus(Duration.ofSeconds(seconds * 9 / 10)));
    }

    /** Over TLS from the registry, a password must not leave in the clear because a header says so. */
    private static URI realm(Challenge challenge, boolean secure) {
        String text = challenge.parameter("realm").orElse("");
        try {
            URI realm = URI.create(text);
            boolean tls = "https".equalsIgnoreCase(realm.getScheme());
            if (realm.getHost() != null && (tls || (!secure && "http".equalsIgnoreCase(realm.getScheme())))) {
                return realm;
            }
        } catch (IllegalArgumentException e) {
            Loggers.named("io.whalebox.image.registry")
                    .log(System.Logger.Level.DEBUG, "the realm is malformed: {0}", e.getMessage());
        }
        throw new WhaleboxException(
                ErrorKind.DENIED,
                "the registry sends to " + printable(text)
                        + " for a token, which is refused: it has to be an https address");
    }

    private static String printable(String text) {
        int longest = 100;
        return '"' + (text.length() <= longest ? text : text.substring(0, longest) + "…") + '"';
    }

    private static String parameter(String name, String value) {
        return name + '=' + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    /** What a token server answers. */
    @Json
    record Response(
            Optional<String> token,
            @Json.Property("access_token") Optional<String> accessToken,
            @Json.Property("refresh_token") Optional<String> refreshToken,
            @Json.Property("expires_in") long expiresIn) {
        Response {
            token = Documents.text(token);
            accessToken = Documents.text(accessToken);
            refreshToken = Documents.text(refreshToken);
        }
    }

    /** All scopes in one text, as a key. */
    static String key(Set<String> scopes) {
        return scopes.stream().sorted().collect(Collectors.joining(" "));
    }
}
