package io.whalebox.image.registry;

import io.whalebox.image.registry.TokenServer.Token;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A registry that is talked to with one user's credentials. It asks for them only once a server has asked, and remembers
 * how; several threads may use it at once.
 */
final class Connection {
    private final String host;
    private final URI base;
    private final Wire wire;
    private final Supplier<Credentials> credentials;
    private final TokenServer tokenServer;
    private final Map<String, Token> tokens = new ConcurrentHashMap<>();
    private volatile Optional<String> standing = Optional.empty();

    /**
     * @param host as references name it
     * @param base where its paths begin, which for Docker's own registry is another host
     * @param credentials asked for when they are needed, since a helper program may have to be run for them
     */
    Connection(String host, URI base, Wire wire, Supplier<Credentials> credentials) {
        this.host = host;
        this.base = base;
        this.wire = wire;
        this.credentials = credentials;
        this.tokenServer = new TokenServer(wire);
    }

    String host() {
        return host;
    }

    URI base() {
        return base;
    }

    Pauses pauses() {
        return wire.pauses();
    }

    boolean isSecure() {
        return "https".equals(base.getScheme());
    }

    /** An address below the base, or what a server gave in place of one. */
    URI resolve(String path) {
        return base.resolve(path);
    }

    /** Sends a request as this user; tries again what failed in passing. */
    Answer send(Call call) {
        return authorised(call, authorization -> wire.send(call, authorization));
    }

    /** The same, once: for what the caller has to repair before it can be tried again. */
    Answer sendOnce(Call call) throws IOException {
        try {
            return authorised(call, authorization -> {
                try {
                    return wire.once(call, authorization);
                } catch (IOException e) {
                    throw new Failed(e);
                }
            });
        } catch (Failed e) {
            throw e.failure;
        }
    }

    private interface Sender {
        Answer send(Optional<String> authorization);
    }

    /** Carries an exception through what knows nothing of it. */
    private static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient IOException failure;

        Failed(IOException failure) {
            super(failure);
            this.failure = failure;
        }
    }

    private Answer authorised(Call call, Sender sender) {
        // An upload goes to an address that the registry gave. If that is another server's, it is none of this one's.
        boolean ours = isOurs(call.uri());
        Optional<String> known = ours ? known(call.scopes()) : Optional.empty();
        Answer answer = sender.send(known);
        if (answer.status() != 401 || !ours) {
            return answer;
        }
        List<Challenge> challenges = Challenge.parse(answer.headers().allValues("WWW-Authenticate"));
        Optional<String> fresh = answer(challenges, call.scopes(), known);
        if (fresh.isEmpty()) {
            return answer;
        }
        answer.close();
        return sender.send(fresh);
    }

    private boolean isOurs(URI uri) {
        return base.getScheme().equals(uri.getScheme())
                && base.getHost().equals(uri.getHost())
                && base.getPort() == uri.getPort();
    }

    private Optional<String> known(Set<String> scopes) {
        return Optional.ofNullable(tokens.get(TokenServer.key(scopes)))
                .filter(Token::isFresh)
                .map(Token::header)
                .or(() -> standing);
    }

    /** What to answer to challenges; nothing if it was tried already, or there is nothing to show. */
    private Optional<String> answer(List<Challenge> challenges, Set<String> scopes, Optional<String> tried) {
        Credentials shown = credentials.get();
        if (shown instanceof Credentials.RegistryToken(String token)) {
            standing = Optional.of("Bearer " + token);
            return standing.filter(header -> !tried.equals(Optional.of(header)));
        }
        Optional<Challenge> bearer = Challenge.find(challenges, "bearer");
        if (bearer.isPresent()) {
            Token token = tokenServer.token(bearer.get(), scopes, shown, isSecure(), false);
            tokens.put(TokenServer.key(scopes), token);
            return Optional.of(token.header());
        }
        if (Challenge.find(challenges, "basic").isPresent() && shown instanceof Credentials.Password password) {
            standing = Optional.of(password.header());
            return standing.filter(header -> !tried.equals(Optional.of(header)));
        }
        return Optional.empty();
    }

    /**
     * Shows the credentials to the registry.
     *
     * @return what to keep of them: an identity token in place of a password where there is one
     * @throws WhaleboxException DENIED if they are wrong
     */
    Credentials login() {
        Call ping = Call.of("GET", resolve("/v2/"), Set.of());
        Credentials shown = credentials.get();
        try (Answer answer = wire.send(ping, Optional.empty())) {
            if (answer.isSuccess()) {
                return shown;
            }
            if (answer.status() != 401) {
                throw refused(answer);
            }
            List<Challenge> challenges = Challenge.parse(answer.headers().allValues("WWW-Authenticate"));
            Optional<Challenge> bearer = Challenge.find(challenges, "bearer");
            if (bearer.isPresent()) {
                Token token = tokenServer.token(bearer.get(), Set.of(), shown, isSecure(), true);
                check(ping, Optional.of(token.header()));
                return shown instanceof Credentials.Password password
                        ? token.refresh()
                                .<Credentials>map(refresh -> new Credentials.IdentityToken(password.user(), refresh))
                                .orElse(shown)
                        : shown;
            }
            check(ping, answer(challenges, Set.of(), Optional.empty()));
            return shown;
        }
    }

    private void check(Call ping, Optional<String> authorization) {
        try (Answer answer = wire.send(ping, authorization)) {
            if (!answer.isSuccess()) {
                throw refused(answer);
            }
        }
    }

    private WhaleboxException refused(Answer answer) {
        boolean denied = answer.status() == 401 || answer.status() == 403;
        return new WhaleboxException(
                denied ? ErrorKind.DENIED : ErrorKind.UNAVAILABLE,
                "login attempt to " + resolve("/v2/") + " failed with status " + answer.status()
                        + (denied ? ": incorrect username or password" : ": check that it is a registry"));
    }
}
