package io.whalebox.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.image.TestArchive;
import io.whalebox.image.registry.FaultyProxy.Sent;
import io.whalebox.image.registry.Publisher.Packed;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looking for repositories, at registries that can search and at those that cannot. */
class ListingTest {
    @TempDir
    Path directory;

    private DockerRegistry registry;
    private FaultyProxy proxy;
    private Puller puller;

    @BeforeEach
    void start() {
        registry = DockerRegistry.plain(directory);
        proxy = new FaultyProxy(registry.uri());
        puller = new Puller(directory);
    }

    @AfterEach
    void stop() {
        puller.close();
        proxy.close();
        registry.close();
    }

    private List<Listing.Found> search(String term, int limit) {
        return new Listing(puller.registries).search(proxy.host(), term, limit);
    }

    /** As Docker's index answers it. */
    @Test
    void aRegistryWithAnIndexIsSearchedThere() {
        byte[] json = """
                {"num_pages":1,"num_results":2,"results":[
                  {"name":"busybox","description":"Busybox base image.","star_count":3300,"is_official":true},
                  {"name":"radial/busyboxplus","description":"","star_count":59,"is_automated":true}],
                 "page_size":25,"query":"busybox","page":1}
                """.getBytes(StandardCharsets.UTF_8);
        proxy.fault((request, answer) -> request.path().equals("/v1/search")
                ? new Sent(200, List.<String[]>of(new String[] {"Content-Type", "application/json"}), json, json.length)
                : answer);

        assertThat(search("busybox", 25))
                .containsExactly(
                        new Listing.Found("busybox", Optional.of("Busybox base image."), 3300, true),
                        new Listing.Found("radial/busyboxplus", Optional.empty(), 59, false));
        assertThat(search("busybox", 1)).hasSize(1);
    }

    @Test
    void oneWithoutIsLookedThrough() {
        Packed layer = Packed.gzip(TestArchive.layer("file", "content"));
        new Publisher(registry.uri(), "some/tool").image("1", layer);
        new Publisher(registry.uri(), "other").image("1", layer);

        assertThat(search("tool", 25)).extracting(Listing.Found::name).containsExactly("some/tool");
    }

    @Test
    void oneThatListsNothingIsSaidTo() {
        proxy.fault((request, answer) -> request.path().startsWith("/v2/_catalog") ? Sent.of(404) : answer);

        assertThatThrownBy(() -> search("tool", 25))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.PRECONDITION))
                .hasMessageContaining("does not offer a search");
    }
}
