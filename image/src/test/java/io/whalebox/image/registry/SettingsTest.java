package io.whalebox.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is configured for registries, and what their servers ask. */
class SettingsTest {
    @TempDir
    Path directory;

    private RegistrySettings settings() {
        return RegistrySettings.of(directory.resolve("whalebox"), directory.resolve("docker"));
    }

    private void write(String file, String content) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }

    @Test
    void withoutFilesNothingIsSpecial() {
        HostSettings settings = settings().of("docker.io");

        assertThat(settings.insecure()).isFalse();
        assertThat(settings.hasCertificates()).isFalse();
        assertThat(settings.mirrors()).isEmpty();
    }

    @Test
    void bothEnginesFilesCount() throws IOException {
        write("whalebox/registries.toml", "[registry.\"docker.io\"]\nmirrors = [\"https://first.example\"]\n");
        write(
                "docker/daemon.json",
                "{\"registry-mirrors\":[\"https://second.example/\"],\"insecure-registries\":[\"10.0.0.0/8\",\"a:1\"]}");

        RegistrySettings settings = settings();

        assertThat(settings.of("docker.io").mirrors())
                .containsExactly(URI.create("https://first.example"), URI.create("https://second.example/"));
        assertThat(settings.of("quay.io").mirrors()).isEmpty();
        assertThat(List.of("a:1", "10.1.2.3", "10.1.2.3:5000"))
                .allMatch(host -> settings.of(host).insecure());
        assertThat(List.of("a", "11.1.2.3", "docker.io"))
                .noneMatch(host -> settings.of(host).insecure());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[registry.\"x\"]\\ninsecur = true | the setting \"insecur\" is unknown",
                "[registri.\"x\"]\\ninsecure = true | the setting \"registri\" is unknown",
                "[registry.\"x\"]\\ninsecure = \"yes\" | \"insecure\" has the wrong type",
                "[registry.\"x\"]\\nclient-key = \"k\" | client-certificate and client-key need each other",
                "[registry.\"x\"]\\nmirrors = [\"ftp://x\"] | invalid mirror",
                "[registry.\"x\"]\\nmirrors = [\"https://x/path\"] | invalid mirror",
                "[registry | is not valid",
            })
    void whatIsMisspeltIsRefused(String toml, String message) throws IOException {
        write("whalebox/registries.toml", toml.replace("\\n", "\n"));

        assertThatThrownBy(this::settings).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.example/, proxy:1",
        "http://a.example/, plain:8080",
        "https://localhost/, ''",
        "https://127.0.0.1:5000/, ''",
        "https://no.example/, ''",
        "https://sub.no.example/, ''",
        "https://xno.example/, proxy:1",
        "https://dot.example/, proxy:1",
        "https://sub.dot.example/, ''",
        "https://port.example/, proxy:1",
        "https://port.example:5000/, ''",
        "https://10.1.2.3/, ''",
        "https://11.1.2.3/, proxy:1",
    })
    void proxiesAreChosenAsGosProgramsDo(String address, String expected) {
        EnvironmentProxies proxies = new EnvironmentProxies(Map.of(
                "HTTPS_PROXY",
                "http://user:secret@proxy:1",
                "http_proxy",
                "plain:8080",
                "NO_PROXY",
                "no.example, .dot.example,port.example:5000,10.0.0.0/8"));

        Proxy proxy = proxies.select(URI.create(address)).getFirst();

        assertThat(proxy.address() instanceof InetSocketAddress a ? a.getHostString() + ":" + a.getPort() : "")
                .isEqualTo(expected);
        assertThat(proxies.authorization(URI.create(address)))
                .isEqualTo(expected.equals("proxy:1") ? Optional.of("Basic dXNlcjpzZWNyZXQ=") : Optional.empty());
    }

    @Test
    void challengesAreReadHoweverTheyAreWritten() {
        List<Challenge> challenges = Challenge.parse(List.of(
                "Bearer realm=\"https://a/token\",service=\"s, \\\"1\\\"\" , scope=\"repository:x:pull,push\"",
                "Negotiate, BASIC realm=plain"));

        assertThat(challenges).extracting(Challenge::scheme).containsExactly("bearer", "negotiate", "basic");
        assertThat(challenges.getFirst().parameters())
                .containsEntry("realm", "https://a/token")
                .containsEntry("service", "s, \"1\"")
                .containsEntry("scope", "repository:x:pull,push");
        assertThat(challenges.getLast().parameter("realm")).contains("plain");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "=", "\"", "Bearer realm=\"", ",,,,", "Bearer =x,=y"})
    void nonsenseAsksForNothing(String header) {
        assertThat(Challenge.parse(List.of(header)))
                .allSatisfy(challenge -> assertThat(challenge.parameters()).isEmpty());
    }
}
