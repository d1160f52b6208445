package io.whalebox.image.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Gives out tokens that the reference registry believes: signed JSON with what the bearer may do. */
final class TestTokenServer implements AutoCloseable {
    static final String SERVICE = "test registry";
    static final String ISSUER = "test issuer";
    static final String REFRESH = "an-identity-token";

    private final HttpServer server;
    private final Certificates certificates;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    /** A request for a token. */
    record Asked(String method, List<String> scopes, Optional<String> authorization, String body) {}

    TestTokenServer(Certificates certificates) {
        this.certificates = certificates;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.createContext("/token", this::handle);
        server.start();
    }

    DockerRegistry.Access access() {
        return new DockerRegistry.Access.Tokens(
                "http://127.0.0.1:" + server.getAddress().getPort() + "/token",
                SERVICE,
                ISSUER,
                certificates.certificate("tokens"));
    }

    List<Asked> asked() {
        return List.copyOf(asked);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String query = exchange.getRequestMethod().equals("POST")
                    ? body
                    : Optional.ofNullable(exchange.getRequestURI().getRawQuery())
                            .orElse("");
            List<String> scopes = parameters(query, "scope")
                    .flatMap(text -> Stream.of(text.split(" ", -1)))
                    .toList();
            Optional<String> authorization =
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"));
            asked.add(new Asked(exchange.getRequestMethod(), scopes, authorization, body));
            String right = new Credentials.Password(DockerRegistry.USER, DockerRegistry.PASSWORD).header();
            boolean known = authorization.equals(Optional.of(right))
                    || parameters(query, "refresh_token").anyMatch(REFRESH::equals);
            boolean wrong = !known && (authorization.isPresent() || !body.isEmpty());
            String json = wrong
                    ? "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"wrong password\"}]}"
                    : "{\"token\":\"" + token(scopes, known) + "\",\"expires_in\":300"
                            + (parameters(query, "offline_token").findAny().isPresent()
                                    ? ",\"refresh_token\":\"" + REFRESH + "\"}"
                                    : "}");
            byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(wrong ? 401 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static Stream<String> parameters(String query, String name) {
        return Stream.of(query.split("&", -1))
                .filter(parameter -> parameter.startsWith(name + "="))
                .map(parameter -> URLDecoder.decode(parameter.substring(name.length() + 1), StandardCharsets.UTF_8));
    }

    /** Anybody may pull from public/, and the user may do everything. */
    private String token(List<String> scopes, boolean known) {
        List<String> granted = new ArrayList<>();
        for (String scope : scopes) {
            String[] parts = scope.split(":", -1);
            String actions = known ? parts[2] : parts[1].startsWith("public/") ? "pull" : "";
            granted.add("{\"type\":\"" + parts[0] + "\",\"name\":\"" + parts[1] + "\",\"actions\":["
                    + Stream.of(actions.split(",", -1))
                            .filter(action -> !action.isEmpty())
                            .map(action -> '"' + action + '"')
                            .collect(Collectors.joining(","))
                    + "]}");
        }
        long now = Instant.now().getEpochSecond();
        try {
            String chain = Base64.getEncoder()
                    .encodeToString(Pem.certificates(certificates.certificate("tokens"))
                            .iterator()
                            .next()
                            .getEncoded());
            String signed = base64("{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\"" + chain + "\"]}") + "."
                    + base64("{\"iss\":\"" + ISSUER + "\",\"sub\":\"\",\"aud\":\"" + SERVICE + "\",\"exp\":"
                            + (now + 300)
                            + ",\"nbf\":" + (now - 10) + ",\"iat\":" + now + ",\"jti\":\"1\",\"access\":["
                            + String.join(",", granted) + "]}");
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(Pem.key(certificates.key("tokens")));
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
