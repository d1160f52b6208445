package io.whalebox.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.image.Reference;
import io.whalebox.image.TestArchive;
import io.whalebox.image.registry.FaultyProxy.Sent;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Registries that let in only whom they know. */
class AccessTest {
    private static final Credentials RIGHT = new Credentials.Password(DockerRegistry.USER, DockerRegistry.PASSWORD);
    private static final Credentials WRONG = new Credentials.Password(DockerRegistry.USER, "guessed");

    @TempDir
    Path directory;

    private Puller puller;

    @BeforeEach
    void open() {
        puller = new Puller(directory);
    }

    @AfterEach
    void close() {
        puller.close();
    }

    private void login(String host) {
        puller.registries.config().put(host, puller.registries.login(host, RIGHT));
    }

    /** Makes an image here, and pushes it. */
    private Pushed push(Puller from, String name) throws IOException {
        var _ = from.store
                .loader()
                .load(TestArchive.docker("\"" + name + "\"", TestArchive.layer("secret", name)).stream());
        return new Push(from.registries, from.store.images, Progress.NONE).push(Reference.parse(name));
    }

    @Test
    void aPasswordOpensTheRegistry() throws IOException {
        try (DockerRegistry registry =
                DockerRegistry.start(directory, new DockerRegistry.Access.UserOnly(), Optional.empty())) {
            String name = registry.host() + "/x:1";
            assertThatThrownBy(() -> puller.pull(name))
                    .isInstanceOfSatisfying(
                            WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.DENIED))
                    .hasMessageContaining("may require 'whalebox login'");
            login(registry.host());
            try (Puller user = new Puller(directory)) {
                push(user, name);
                user.store.images.remove(name, false);
                assertThat(user.pull(name).newer()).isTrue();
                user.registries.config().remove(registry.host());
            }
            try (Puller nobody = new Puller(directory)) {
                assertThatThrownBy(() -> nobody.pull(name)).hasMessageContaining("may require 'whalebox login'");
            }
        }
    }

    @Test
    void aWrongPasswordIsNotKept() {
        try (DockerRegistry registry =
                DockerRegistry.start(directory, new DockerRegistry.Access.UserOnly(), Optional.empty())) {
            assertThatThrownBy(() -> puller.registries.login(registry.host(), WRONG))
                    .isInstanceOfSatisfying(
                            WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.DENIED))
                    .hasMessageContaining("incorrect username or password");
            assertThat(puller.registries.config().file()).doesNotExist();
        }
    }

    @Test
    void credentialsDoNotFollowARedirectToAnotherHost() throws IOException {
        try (DockerRegistry registry =
                        DockerRegistry.start(directory, new DockerRegistry.Access.UserOnly(), Optional.empty());
                FaultyProxy proxy = new FaultyProxy(registry.uri());
                DockerRegistry open = DockerRegistry.plain(directory.resolve("open"));
                FaultyProxy other = new FaultyProxy(open.uri())) {
            String name = proxy.host() + "/x:1";
            login(proxy.host());
            push(puller, name);
            new Publisher(open.uri(), "x").image("1", Publisher.Packed.plain(TestArchive.layer("secret", name)));
            puller.store.images.remove(name, false);
            // Another port is another host.
            proxy.fault(
                    (request, answer) -> request.isBlob() && request.method().equals("GET")
                            ? Sent.of(307, "Location", other.uri() + request.path())
                            : answer);

            assertThatThrownBy(() -> puller.pull(name)).isInstanceOf(WhaleboxException.class);

            assertThat(other.seen())
                    .isNotEmpty()
                    .allSatisfy(seen -> assertThat(seen.authorization()).isEmpty());
            assertThat(proxy.seen())
                    .anySatisfy(seen -> assertThat(seen.authorization()).isPresent());
        }
    }

    @Test
    void tokensAreAskedForWhatIsDone() throws IOException {
        Certificates certificates = new Certificates(directory.resolve("tls")).issue("tokens", "DNS:tokens");
        try (TestTokenServer tokens = new TestTokenServer(certificates);
                DockerRegistry registry = DockerRegistry.start(directory, tokens.access(), Optional.empty())) {
            login(registry.host());
            assertThat(puller.registries.config().find(registry.host()))
                    .isEqualTo(new Credentials.IdentityToken(DockerRegistry.USER, TestTokenServer.REFRESH));

            push(puller, registry.host() + "/public/x:1");
            push(puller, registry.host() + "/private/x:1");

            assertThat(tokens.asked()).anySatisfy(asked -> {
                assertThat(asked.method()).isEqualTo("POST");
                assertThat(asked.scopes()).contains("repository:public/x:pull,push");
                assertThat(asked.body()).contains("refresh_token=" + TestTokenServer.REFRESH);
            });
            int before = tokens.asked().size();
            puller.registries.config().remove(registry.host());
            try (Puller anybody = new Puller(directory.resolve("anybody"))) {
                anybody.pull(registry.host() + "/public/x:1");
                anybody.store.verify();
                // One token is enough for the manifest, the configuration and the layer.
                assertThat(tokens.asked().subList(before, tokens.asked().size()))
                        .extracting(TestTokenServer.Asked::scopes)
                        .containsExactly(List.of("repository:public/x:pull"));
                assertThatThrownBy(() -> anybody.pull(registry.host() + "/private/x:1"))
                        .isInstanceOfSatisfying(
                                WhaleboxException.class,
                                e -> assertThat(e.kind()).isEqualTo(ErrorKind.DENIED));
            }
        }
    }

    @Test
    void aTokenServerRefusesAWrongPassword() {
        Certificates certificates = new Certificates(directory.resolve("tls")).issue("tokens", "DNS:tokens");
        try (TestTokenServer tokens = new TestTokenServer(certificates);
                DockerRegistry registry = DockerRegistry.start(directory, tokens.access(), Optional.empty())) {
            assertThatThrownBy(() -> puller.registries.login(registry.host(), WRONG))
                    .isInstanceOfSatisfying(
                            WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.DENIED))
                    .hasMessageContaining("incorrect username or password");
        }
    }
}
