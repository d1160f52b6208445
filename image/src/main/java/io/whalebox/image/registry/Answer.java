package io.whalebox.image.registry;

import io.avaje.jsonb.Json;
import io.whalebox.image.Documents;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a server answered. Closing it lets go of the connection.
 *
 * @param from where it came from in the end, which a redirect may have changed
 */
record Answer(String method, int status, HttpHeaders headers, InputStream body, URI from) implements AutoCloseable {
    /** Ample for an error in JSON, and for what a proxy says in HTML. */
    private static final int LONGEST_ERROR = 64 << 10;

    private static final int LONGEST_MESSAGE = 200;

    static Answer of(HttpResponse<InputStream> response) {
        return new Answer(
                response.request().method(),
                response.statusCode(),
                response.headers(),
                // There is none where a proxy refuses a tunnel.
                Objects.requireNonNullElseGet(response.body(), InputStream::nullInputStream),
                response.uri());
    }

    boolean isSuccess() {
        return status / 100 == 2;
    }

    Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /** Reads a small body. One byte more than allowed comes where there is more. */
    byte[] read(int most) throws IOException {
        return body.readNBytes(most + 1);
    }

    /** The server's own words for an error, as Docker shows them: {@code manifest unknown: manifest unknown}. */
    String explanation() {
        List<Failure> failures = failures();
        if (failures.isEmpty()) {
            return method + " " + withoutQuery(from) + ": it answered with status " + status;
        }
        return failures.stream().map(Failure::toString).collect(Collectors.joining(", "));
    }

    private List<Failure> failures() {
        // An answer to HEAD has no body.
        try {
            byte[] json = body.readNBytes(LONGEST_ERROR);
            return json.length == 0
                    ? List.of()
                    : Documents.read(Failures.class, json, "the answer").errors();
        } catch (IOException | WhaleboxException e) {
            // An error that comes without an explanation is an error all the same.
            return List.of();
        }
    }

    /** An address fit for a message: its query may hold a signature that is as good as a password. */
    static String withoutQuery(URI uri) {
        return uri.getScheme() + "://" + uri.getRawAuthority() + uri.getRawPath();
    }

    @Override
    public void close() {
        try {
            body.close();
        } catch (IOException e) {
            Loggers.named("io.whalebox.image.registry")
                    .log(System.Logger.Level.DEBUG, "closing the answer of {0}: {1}", from.getHost(), e.getMessage());
        }
    }

    /** The errors that a registry tells (OCI distribution specification, "Error Codes"). */
    @Json
    record Failures(List<Failure> errors) {
        Failures {
            errors = Documents.list(errors);
        }
    }

    /** One of them. */
    @Json
    record Failure(Optional<String> code, Optional<String> message) {
        Failure {
            code = Documents.text(code);
            message = Documents.text(message);
        }

        @Override
        public String toString() {
            String name = code.orElse("unknown").replace('_', ' ').toLowerCase(Locale.ROOT);
            String text = name + ": " + message.orElse(name);
            return text.length() <= LONGEST_MESSAGE ? text : text.substring(0, LONGEST_MESSAGE) + "…";
        }
    }
}
