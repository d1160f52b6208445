package io.whalebox.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.image.TestArchive;
import io.whalebox.image.registry.FaultyProxy.Sent;
import io.whalebox.image.registry.Publisher.Packed;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ways to a registry that lead through others: mirrors and proxies. */
class DetourTest {
    private static final Packed LAYER = Packed.gzip(TestArchive.layer("file", "content"));

    @TempDir
    Path directory;

    private DockerRegistry registry;
    private FaultyProxy proxy;

    @BeforeEach
    void start() {
        registry = DockerRegistry.plain(directory);
        proxy = new FaultyProxy(registry.uri());
    }

    @AfterEach
    void stop() {
        proxy.close();
        registry.close();
    }

    @Test
    void aMirrorIsAskedFirstAndPassedOverWhereItFails() throws IOException {
        new Publisher(registry.uri(), "x").image("1", LAYER);
        Files.createDirectories(directory.resolve("whalebox"));
        try (FaultyProxy mirror = new FaultyProxy(registry.uri())) {
            Files.writeString(
                    directory.resolve("whalebox/registries.toml"),
                    "[registry.\"" + proxy.host() + "\"]\nmirrors = [\"" + mirror.uri() + "\"]\n");
            try (Puller mirrored = new Puller(directory)) {
                mirrored.pull(proxy.host() + "/x:1");
                assertThat(mirror.blobs()).isNotEmpty();
                assertThat(proxy.seen()).isEmpty();

                mirror.fault((_, _) -> Sent.of(404));
                mirrored.pull(proxy.host() + "/x:1");
                assertThat(proxy.seen()).isNotEmpty();
            }
        }
    }

    @Test
    void theEnvironmentsProxyIsUsed() {
        new Publisher(registry.uri(), "x").image("1", LAYER);
        // It stands for all names, also for those that nobody knows, and passes on to the registry.
        Map<String, String> environment =
                Map.of("HOME", directory.toString(), "http_proxy", proxy.host(), "NO_PROXY", "other.invalid");
        try (Puller behind = new Puller(directory.resolve("store"), insecure("somewhere.invalid"), environment)) {
            behind.pull("somewhere.invalid/x:1");
            behind.store.verify();
        }
        assertThat(proxy.blobs()).isNotEmpty();
    }

    /** Only the proxy sees its password, and it sees nothing else. */
    @Test
    void aTunnelThroughAProxyThatWantsAPassword() throws IOException {
        Certificates certificates = new Certificates(directory.resolve("tls")).issue("server", "DNS:somewhere.invalid");
        try (DockerRegistry secure = DockerRegistry.start(
                        directory.resolve("secure"),
                        new DockerRegistry.Access.Anybody(),
                        Optional.of(new DockerRegistry.Tls(
                                certificates.certificate("server"), certificates.key("server"), Optional.empty())));
                Tunnel tunnel = new Tunnel(secure.port(), "user:pass word")) {
            String host = "somewhere.invalid:" + secure.port();
            Path trusted = Files.createDirectories(directory.resolve("whalebox/certs.d/" + host));
            Files.copy(certificates.authority(), trusted.resolve("ca.crt"));
            Map<String, String> environment =
                    Map.of("HOME", directory.toString(), "https_proxy", "http://user:pass%20word@" + tunnel.host());
            try (Puller behind = new Puller(directory.resolve("store"), directory, environment)) {
                assertThat(new Listing(behind.registries).search(host, "x", 10)).isEmpty();
            }
            assertThat(tunnel.opened()).isPositive();
            Map<String, String> without =
                    Map.of("HOME", directory.toString(), "https_proxy", "http://" + tunnel.host());
            try (Puller behind = new Puller(directory.resolve("other"), directory, without)) {
                assertThatThrownBy(() -> new Listing(behind.registries).search(host, "x", 10))
                        .isInstanceOf(WhaleboxException.class)
                        .hasMessageContaining("407");
            }
        }
    }

    private Path insecure(String host) {
        try {
            Files.createDirectories(directory.resolve("docker"));
            Files.writeString(
                    directory.resolve("docker/daemon.json"), "{\"insecure-registries\":[\"" + host + "\"],\"x\":1}");
            return directory;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
