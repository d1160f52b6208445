package io.whalebox.image.registry;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The reference implementation of a registry, as Debian packs it, on a port of its own of the loopback interface. */
final class DockerRegistry implements AutoCloseable {
    static final String USER = "whale";
    static final String PASSWORD = "ocean";

    /** The password by bcrypt, at its least cost. */
    private static final String HASH = "$2b$05$abcdefghijklmnopqrstuuxP8msjHNzdcaorsG7jjz8PIh4moSai2";

    private static final Path PROGRAM = Path.of("/usr/bin/docker-registry");

    private final Process process;
    private final String scheme;
    private final int port;

    private DockerRegistry(Process process, String scheme, int port) {
        this.process = process;
        this.scheme = scheme;
        this.port = port;
    }

    /** What it is to ask of its callers. */
    sealed interface Access {
        record Anybody() implements Access {}

        record UserOnly() implements Access {}

        record Tokens(String realm, String service, String issuer, Path certificates) implements Access {}
    }

    /** The certificate to show, and which authority's clients to ask for. */
    record Tls(Path certificate, Path key, Optional<Path> clients) {}

    static DockerRegistry plain(Path directory) {
        return start(directory, new Access.Anybody(), Optional.empty());
    }

    static DockerRegistry start(Path directory, Access access, Optional<Tls> tls) {
        assumeTrue(Files.isExecutable(PROGRAM), "needs the Debian package docker-registry");
        try {
            int port = freePort();
            Path config = Files.writeString(
                    Files.createDirectories(directory).resolve("registry.yml"), config(directory, access, tls, port));
            Process process = new ProcessBuilder(PROGRAM.toString(), "serve", config.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("registry.log").toFile())
                    .start();
            DockerRegistry registry = new DockerRegistry(process, tls.isPresent() ? "https" : "http", port);
            registry.awaitPort(directory);
            return registry;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String config(Path directory, Access access, Optional<Tls> tls, int port) throws IOException {
        StringBuilder yaml = new StringBuilder("""
                version: 0.1
                log: {level: warn}
                storage:
                  filesystem: {rootdirectory: %s}
                  delete: {enabled: true}
                http:
                  addr: 127.0.0.1:%d
                """.formatted(directory.resolve("registry"), port));
        tls.ifPresent(with -> {
            yaml.append("  tls:\n    certificate: %s\n    key: %s\n".formatted(with.certificate(), with.key()));
            with.clients().ifPresent(ca -> yaml.append("    clientcas: [%s]\n".formatted(ca)));
        });
        switch (access) {
            case Access.Anybody _ -> {}
            case Access.UserOnly _ -> {
                Path users = Files.writeString(directory.resolve("htpasswd"), USER + ":" + HASH + "\n");
                yaml.append("auth:\n  htpasswd: {realm: test, path: %s}\n".formatted(users));
            }
            case Access.Tokens(String realm, String service, String issuer, Path certificates) ->
                yaml.append("auth:\n  token: {realm: '%s', service: '%s', issuer: '%s', rootcertbundle: %s}\n"
                        .formatted(realm, service, issuer, certificates));
        }
        return yaml.toString();
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void awaitPort(Path directory) throws IOException {
        while (true) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                if (!process.isAlive()) {
                    throw new IOException(Files.readString(directory.resolve("registry.log")), e);
                }
                Thread.onSpinWait();
            }
        }
    }

    URI uri() {
        return URI.create(scheme + "://" + host());
    }

    /** As references name it. */
    String host() {
        return "127.0.0.1:" + port;
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroy();
        try (InputStream _ = process.getInputStream()) {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
