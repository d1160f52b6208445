package io.whalebox.acceptance;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Debian's docker-registry on a free port of the loopback interface. */
final class LocalRegistry implements AutoCloseable {
    static final String USER = "whale";
    static final String PASSWORD = "ocean";

    /** The password by bcrypt, at its least cost. */
    private static final String HASH = "$2b$05$abcdefghijklmnopqrstuuxP8msjHNzdcaorsG7jjz8PIh4moSai2";

    private static final Path PROGRAM = Path.of("/usr/bin/docker-registry");

    private final Path directory;
    private final Process process;
    private final int port;

    /**
     * Starts one.
     *
     * @param closed whether only {@link #USER} is let in
     */
    LocalRegistry(Path directory, boolean closed) {
        assumeTrue(Files.isExecutable(PROGRAM), "needs the Debian package docker-registry");
        this.directory = directory;
        try {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = free.getLocalPort();
            }
            Files.createDirectories(directory);
            String auth = "auth:\n  htpasswd: {realm: test, path: " + directory.resolve("htpasswd") + "}\n";
            Files.writeString(directory.resolve("htpasswd"), USER + ":" + HASH + "\n");
            Files.writeString(
                    directory.resolve("config.yml"),
                    "version: 0.1\nlog: {level: warn}\nstorage:\n  filesystem: {rootdirectory: "
                            + directory.resolve("data") + "}\nhttp:\n  addr: 127.0.0.1:" + port + "\n"
                            + (closed ? auth : ""));
            process = new ProcessBuilder(
                            PROGRAM.toString(),
                            "serve",
                            directory.resolve("config.yml").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
            awaitPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void awaitPort() throws IOException {
        while (true) {
            try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException notYet) {
                if (!process.isAlive()) {
                    throw new IOException(Files.readString(directory.resolve("log")), notYet);
                }
                Thread.onSpinWait();
            }
        }
    }

    /** A name in it. */
    String name(String rest) {
        return "127.0.0.1:" + port + "/" + rest;
    }

    String host() {
        return "127.0.0.1:" + port;
    }

    /** Puts an image in, by other means than the tests are about. */
    void put(ImageArchive image, String name) {
        Path saved = image.write(directory.resolve("saved.tar"));
        Command.of(
                        "skopeo",
                        "--insecure-policy",
                        "copy",
                        "--quiet",
                        "--dest-tls-verify=false",
                        "docker-archive:" + saved,
                        "docker://" + name(name))
                .run()
                .successful();
    }

    /** The digest of an image, as another program sees it. */
    String digest(String name) {
        return Command.of(
                        "skopeo", "inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + name(name))
                .run()
                .successful()
                .text()
                .strip();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
