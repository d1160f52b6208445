package io.whalebox.image.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before a registry, passes requests on, writes them down, and damages answers where a test says so. */
final class FaultyProxy implements AutoCloseable {
    private static final Set<String> RESTRICTED = Set.of("host", "connection", "content-length", "transfer-encoding");

    private static final int CUT = 100_000;

    private final URI upstream;
    private final int largest;
    private final AtomicBoolean limited;
    private final HttpServer server;
    private final HttpClient http = HttpClient.newHttpClient();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicInteger cuts = new AtomicInteger();
    private volatile Fault fault = (_, answer) -> answer;

    /** A request that came. */
    record Seen(String method, String path, Optional<String> range, Optional<String> authorization) {
        boolean isBlob() {
            return path.contains("/blobs/sha256:");
        }

        @Override
        public String toString() {
            return method + " " + path + range.map(bytes -> " " + bytes).orElse("");
        }
    }

    /**
     * What is sent back.
     *
     * @param announced how many bytes it says that it has
     * @param stalls whether the connection stays open after the body, though that was not all
     */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Sent(int status, List<String[]> headers, byte[] body, long announced, boolean stalls) {
        Sent(int status, List<String[]> headers, byte[] body, long announced) {
            this(status, headers, body, announced, false);
        }

        Sent body(byte[] other) {
            return new Sent(status, headers, other, other.length);
        }

        /** Ends after some bytes without having said so. */
        Sent truncated(int length) {
            return new Sent(status, headers, Arrays.copyOf(body, Math.min(length, body.length)), body.length);
        }

        /** Sends nothing more after some bytes. */
        Sent stalledAfter(int length) {
            return new Sent(status, headers, Arrays.copyOf(body, Math.min(length, body.length)), body.length, true);
        }

        static Sent of(int status, String... headers) {
            List<String[]> pairs = new CopyOnWriteArrayList<>();
            for (int i = 0; i < headers.length; i += 2) {
                pairs.add(new String[] {headers[i], headers[i + 1]});
            }
            return new Sent(status, pairs, new byte[0], 0);
        }
    }

    /** What goes wrong. */
    @FunctionalInterface
    interface Fault {
        Sent damage(Seen request, Sent answer);
    }

    FaultyProxy(URI upstream) {
        this(upstream, Integer.MAX_VALUE, new AtomicBoolean());
    }

    /**
     * One that refuses large requests.
     *
     * @param limited set when it has refused one
     */
    FaultyProxy(URI upstream, int largest, AtomicBoolean limited) {
        this.upstream = upstream;
        this.largest = largest;
        this.limited = limited;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    URI uri() {
        return URI.create("http://" + host());
    }

    void fault(Fault next) {
        fault = next;
    }

    /** The next uploads break in the middle. */
    void cutUploads(int count) {
        cuts.set(count);
    }

    private static long length(HttpExchange exchange) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Length"))
                .map(Long::parseLong)
                .orElse(0L);
    }

    List<Seen> seen() {
        return List.copyOf(seen);
    }

    List<Seen> blobs() {
        return seen.stream().filter(Seen::isBlob).toList();
    }

    void forget() {
        seen.clear();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            Seen request = new Seen(
                    exchange.getRequestMethod(),
                    path,
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range")),
                    Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")));
            seen.add(request);
            if (request.method().equals("PUT")
                    && length(exchange) > CUT
                    && cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                // The connection ends with the exchange, in the middle of what the client sends.
                exchange.getRequestBody().readNBytes(CUT);
                return;
            }
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean tooLarge = body.length > largest;
            if (tooLarge) {
                limited.set(true);
            }
            Sent sent = tooLarge ? Sent.of(413) : fault.damage(request, forward(exchange, body));
            sent.headers().forEach(header -> exchange.getResponseHeaders().add(header[0], header[1]));
            boolean head = request.method().equals("HEAD");
            exchange.sendResponseHeaders(sent.status(), head || sent.announced() == 0 ? -1 : sent.announced());
            if (!head && sent.announced() > 0) {
                exchange.getResponseBody().write(sent.body());
                exchange.getResponseBody().flush();
                if (sent.stalls()) {
                    awaitClose();
                }
            }
        }
    }

    private void awaitClose() throws IOException {
        try {
            closed.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private Sent forward(HttpExchange exchange, byte[] body) throws IOException {
        URI own = exchange.getRequestURI();
        URI uri = upstream.resolve(own.getRawPath() + (own.getRawQuery() == null ? "" : "?" + own.getRawQuery()));
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!RESTRICTED.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        // So that addresses in answers lead here again.
        request.header("X-Forwarded-Host", host());
        try {
            HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
            List<String[]> headers = new CopyOnWriteArrayList<>();
            response.headers().map().forEach((name, values) -> {
                if (!RESTRICTED.contains(name)) {
                    values.forEach(value -> headers.add(new String[] {name, value}));
                }
            });
            return new Sent(response.statusCode(), headers, response.body(), response.body().length);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.close();
        http.close();
    }
}
