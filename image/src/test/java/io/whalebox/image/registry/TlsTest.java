package io.whalebox.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Registries that speak TLS, with certificates from an authority that nobody else knows. */
class TlsTest {
    @TempDir
    Path directory;

    /** What asks for the catalog is let in, or says why not. */
    private void visit(DockerRegistry registry) {
        try (Puller puller = new Puller(directory)) {
            assertThat(new Listing(puller.registries).search(registry.host(), "x", 10))
                    .isEmpty();
        }
    }

    private DockerRegistry start(Certificates certificates, Optional<Path> clients) {
        return DockerRegistry.start(
                directory.resolve("server"),
                new DockerRegistry.Access.Anybody(),
                Optional.of(new DockerRegistry.Tls(
                        certificates.certificate("server"), certificates.key("server"), clients)));
    }

    private Path certificatesOf(DockerRegistry registry, String owner) throws IOException {
        return Files.createDirectories(directory.resolve(owner + "/certs.d/" + registry.host()));
    }

    @ParameterizedTest
    @CsvSource({"whalebox", "docker"})
    void anAuthorityOfItsOwnIsTrustedForTheRegistry(String owner) throws IOException {
        Certificates certificates = new Certificates(directory.resolve("tls")).issue("server", "IP:127.0.0.1");
        try (DockerRegistry registry = start(certificates, Optional.empty())) {
            Files.copy(certificates.authority(), certificatesOf(registry, owner).resolve("ca.crt"));

            visit(registry);
        }
    }

    @Test
    void anAuthorityMayBeNamedInTheSettings() throws IOException {
        Certificates certificates = new Certificates(directory.resolve("tls")).issue("server", "IP:127.0.0.1");
        try (DockerRegistry registry = start(certificates, Optional.empty())) {
            Files.createDirectories(directory.resolve("whalebox"));
            Files.writeString(
                    directory.resolve("whalebox/registries.toml"),
                    "[registry.\"" + registry.host() + "\"]\nca = \"" + certificates.authority() + "\"\n");

            visit(registry);
        }
    }

    @Test
    void anotherAuthorityIsNotTrusted() throws IOException {
        Certificates certificates = new Certificates(directory.resolve("tls")).issue("server", "IP:127.0.0.1");
        Certificates others = new Certificates(directory.resolve("others"));
        try (DockerRegistry registry = start(certificates, Optional.empty())) {
            Files.copy(others.authority(), certificatesOf(registry, "whalebox").resolve("ca.crt"));

            assertUntrusted(registry);
        }
    }

    @Test
    void aCertificateForAnotherHostIsNotTrusted() throws IOException {
        Certificates certificates = new Certificates(directory.resolve("tls")).issue("server", "DNS:other.example");
        try (DockerRegistry registry = start(certificates, Optional.empty())) {
            Files.copy(
                    certificates.authority(),
                    certificatesOf(registry, "whalebox").resolve("ca.crt"));

            assertUntrusted(registry);
        }
    }

    private void assertUntrusted(DockerRegistry registry) {
        assertThatThrownBy(() -> visit(registry))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
                .hasMessageContaining("its certificate is not trusted")
                .hasMessageContaining("/etc/whalebox/certs.d/" + registry.host() + "/ca.crt");
    }

    /** As Docker has it: on this machine itself, nobody can have a certificate that could be verified. */
    @Test
    void onLoopbackTlsWorksUnverified() {
        Certificates certificates = new Certificates(directory.resolve("tls")).issue("server", "DNS:other.example");
        try (DockerRegistry registry = start(certificates, Optional.empty())) {
            visit(registry);
        }
    }

    @ParameterizedTest
    @CsvSource({"rsa, pkcs8 -topk8 -nocrypt", "rsa, rsa -traditional", "ec, pkcs8 -topk8 -nocrypt", "ec, ec"})
    void aRegistryMayAskForTheClientsCertificate(String kind, String form) throws IOException {
        Certificates certificates = new Certificates(directory.resolve("tls"))
                .issue("server", "IP:127.0.0.1")
                .issue("client", "DNS:client");
        if (kind.equals("ec")) {
            certificates.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "client.key");
            certificates.openssl("req", "-new", "-key", "client.key", "-subj", "/CN=client", "-out", "client.csr");
            certificates.openssl(
                    "x509",
                    "-req",
                    "-in",
                    "client.csr",
                    "-CA",
                    "ca.crt",
                    "-CAkey",
                    "ca.key",
                    "-CAcreateserial",
                    "-days",
                    "2",
                    "-out",
                    "client.crt");
        }
        String[] words = (form + " -in client.key -out client.pem").split(" ", -1);
        certificates.openssl(words);
        try (DockerRegistry registry = start(certificates, Optional.of(certificates.authority()))) {
            Path own = certificatesOf(registry, "docker");
            Files.copy(certificates.authority(), own.resolve("ca.crt"));
            assertThatThrownBy(() -> visit(registry)).isInstanceOf(WhaleboxException.class);

            Files.copy(certificates.certificate("client"), own.resolve("client.cert"));
            Files.copy(directory.resolve("tls/client.pem"), own.resolve("client.key"));
            visit(registry);
        }
    }

    @Test
    void aCertificateWithoutItsKeyIsSaidToBe() throws IOException {
        Certificates certificates = new Certificates(directory.resolve("tls")).issue("server", "IP:127.0.0.1");
        try (DockerRegistry registry = start(certificates, Optional.empty())) {
            Files.copy(
                    certificates.authority(), certificatesOf(registry, "docker").resolve("client.cert"));

            assertThatThrownBy(() -> visit(registry)).hasMessageContaining("missing key");
        }
    }
}
