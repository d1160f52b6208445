package io.whalebox.image.registry;

import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/**
 * A request, before it is known how it is to be authorised.
 *
 * @param body makes the body anew for each attempt
 * @param scopes what a token has to allow for it
 * @param patience how long its answer may take to begin, the sending of its body included
 */
record Call(
        String method,
        URI uri,
        Map<String, String> headers,
        Supplier<BodyPublisher> body,
        Set<String> scopes,
        Duration patience) {
    /** Until the head of an answer has come; its body may take its time, as long as something comes. */
    private static final Duration USUAL_PATIENCE = Duration.ofMinutes(1);

    /** Slower than this nobody waits for an upload. */
    private static final long BYTES_PER_SECOND = 16 << 10;

    Call {
        headers = Map.copyOf(headers);
        scopes = Set.copyOf(scopes);
    }

    static Call of(String method, URI uri, Set<String> scopes) {
        return new Call(method, uri, Map.of(), BodyPublishers::noBody, scopes, USUAL_PATIENCE);
    }

    Call header(String name, String value) {
        Map<String, String> more = new TreeMap<>(headers);
        more.put(name, value);
        return new Call(method, uri, more, body, scopes, patience);
    }

    /**
     * The same with something to send.
     *
     * @param size of it in bytes
     */
    Call body(String contentType, long size, Supplier<BodyPublisher> content) {
        Duration enough = USUAL_PATIENCE.plusSeconds(size / BYTES_PER_SECOND);
        return new Call(method, uri, headers, content, scopes, enough).header("Content-Type", contentType);
    }

    /** The same for another address. */
    Call to(URI other) {
        return new Call(method, other, headers, body, scopes, patience);
    }

    /** The same with one more thing that its token has to allow. */
    Call scope(String more) {
        Set<String> all = new TreeSet<>(scopes);
        all.add(more);
        return new Call(method, uri, headers, body, all, patience);
    }

    /** Whether the same request twice is as good as once. */
    boolean isRepeatable() {
        return method.equals("GET") || method.equals("HEAD");
    }
}
