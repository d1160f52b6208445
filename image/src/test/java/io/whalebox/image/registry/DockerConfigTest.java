package io.whalebox.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.image.registry.Credentials.IdentityToken;
import io.whalebox.image.registry.Credentials.Password;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DockerConfigTest {
    private static final Credentials WHALE = new Password("whale", "oce:an");

    @TempDir
    Path directory;

    private DockerConfig config;

    @BeforeEach
    void open() {
        config = DockerConfig.of(
                Map.of("DOCKER_CONFIG", directory.toString(), "PATH", directory.resolve("bin") + ":/usr/bin:/bin"));
    }

    private void write(String json) throws IOException {
        Files.writeString(config.file(), json);
    }

    @Test
    void whatIsKeptIsFoundAgainByNobodyElse() throws IOException {
        config.put("host:5000", WHALE);
        config.put("docker.io", new IdentityToken("whale", "token"));

        assertThat(config.find("host:5000")).isEqualTo(WHALE);
        assertThat(config.find("docker.io")).isEqualTo(new IdentityToken("whale", "token"));
        assertThat(config.find("host")).isEqualTo(Credentials.NONE);
        assertThat(Files.readString(config.file())).contains("https://index.docker.io/v1/");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(config.file())))
                .isEqualTo("rw-------");

        config.remove("host:5000");
        assertThat(config.find("host:5000")).isEqualTo(Credentials.NONE);
        assertThat(config.find("docker.io")).isNotEqualTo(Credentials.NONE);
    }

    @Test
    void whatElseIsInTheFileStays() throws IOException {
        write("{\"auths\":{\"other\":{\"auth\":\"YTpi\",\"email\":\"a@b\"}},\"detachKeys\":\"ctrl-q\","
                + "\"HttpHeaders\":{\"X\":\"y\"},\"number\":12,\"on\":true,\"none\":null,\"list\":[1,\"two\"]}");

        config.put("host", WHALE);
        config.remove("host");

        assertThat(Files.readString(config.file()).replaceAll("\\s", ""))
                .contains("\"email\":\"a@b\"", "\"detachKeys\":\"ctrl-q\"", "{\"X\":\"y\"}", "\"number\":12,")
                .contains("\"on\":true", "[1,\"two\"]");
        assertThat(config.find("other")).isEqualTo(new Password("a", "b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"host:5000", "https://host:5000", "http://host:5000/v1/", "https://host:5000/v2/"})
    void olderNamesOfARegistryAreUnderstood(String key) throws IOException {
        write("{\"auths\":{\"" + key + "\":{\"auth\":\"YTpi\"}}}");

        assertThat(config.find("host:5000")).isEqualTo(new Password("a", "b"));
    }

    @Test
    void aFileThatIsNoJsonIsLeftAlone() throws IOException {
        write("{\"auths\":");

        assertThatThrownBy(() -> config.put("host", WHALE)).hasMessageContaining("config.json");
        assertThat(Files.readString(config.file())).isEqualTo("{\"auths\":");
    }

    private void helper(String name) throws IOException {
        Path program = Files.createDirectories(directory.resolve("bin")).resolve("docker-credential-" + name);
        // It keeps one secret in a file beside it.
        Files.writeString(program, """
                #!/bin/sh
                kept=$(dirname "$0")/kept
                case $1 in
                store) cat >"$kept" ;;
                get) cat "$kept" 2>/dev/null || { echo "credentials not found in native keychain"; exit 1; } ;;
                erase) rm -f "$kept" ;;
                esac
                """);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"credsStore\":\"test\"}", "{\"credHelpers\":{\"host\":\"test\"}}"})
    void aHelperKeepsTheSecret(String json) throws IOException {
        write(json);
        helper("test");
        assertThat(config.find("host")).isEqualTo(Credentials.NONE);

        config.put("host", WHALE);

        assertThat(config.hasHelper("host")).isTrue();
        assertThat(config.find("host")).isEqualTo(WHALE);
        assertThat(Files.readString(config.file())).doesNotContain("auth\"");
        config.remove("host");
        assertThat(config.find("host")).isEqualTo(Credentials.NONE);
    }

    @Test
    void aHelperMayKeepAToken() throws IOException {
        write("{\"credsStore\":\"test\"}");
        helper("test");
        config.put("host", new IdentityToken("whale", "token"));

        assertThat(config.find("host")).isEqualTo(new IdentityToken("", "token"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "a/b", "-x", "a b"})
    void aHelperIsANameAndNoPath(String name) throws IOException {
        write("{\"credsStore\":\"" + name + "\"}");

        assertThatThrownBy(() -> config.find("host")).hasMessageContaining("invalid name of a credential helper");
    }

    @Test
    void aHelperThatIsMissingIsSaidToBe() throws IOException {
        write("{\"credsStore\":\"nosuch\"}");

        assertThatThrownBy(() -> config.find("host")).hasMessageContaining("docker-credential-nosuch is not in PATH");
    }
}
