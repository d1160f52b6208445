package io.whalebox.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.image.Image;
import io.whalebox.image.MediaType;
import io.whalebox.image.Platform;
import io.whalebox.image.Reference;
import io.whalebox.image.TestArchive;
import io.whalebox.image.registry.Publisher.Packed;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import io.whalebox.storage.UnpackLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pulling from the reference registry. */
class PullTest {
    private static final Packed BASE = Packed.gzip(TestArchive.layer("base", "base"));
    private static final Packed TOP = Packed.gzip(TestArchive.layer("top", "top"));

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

    private Publisher repository(String name) {
        return new Publisher(registry.uri(), name);
    }

    private String name(String rest) {
        return proxy.host() + "/" + rest;
    }

    @Test
    void anImageIsPulledWholeUnderItsName() {
        Digest digest = repository("x").image("1", BASE, TOP);

        Pulled pulled = puller.pull(name("x:1"));

        assertThat(pulled.digest()).isEqualTo(digest);
        assertThat(pulled.newer()).isTrue();
        assertThat(pulled.status()).isEqualTo("Downloaded newer image for " + name("x:1"));
        assertThat(puller.store.names()).containsExactly(name("x:1"), name("x@" + digest));
        Image image = puller.store.images.resolve(name("x:1"));
        assertThat(image.id()).isEqualTo(pulled.id());
        assertThat(image.manifest().digest()).isEqualTo(digest);
        puller.store.verify();
    }

    @Test
    void layersMayTravelInEveryForm() {
        byte[] plain = TestArchive.layer("plain", "plain");
        byte[] zstd = TestArchive.layer("zstd", "zstd");
        repository("forms").image("1", BASE, Packed.plain(plain), Packed.zstd(zstd));

        puller.pull(name("forms:1"));

        puller.store.verify();
        assertThat(puller.store.images.resolve(name("forms:1")).layers())
                .containsExactly(Digest.of(BASE.tar()), Digest.of(plain), Digest.of(zstd));
    }

    @Test
    void whatIsHereIsNotFetchedAgain() {
        repository("x").image("1", BASE);
        repository("x").image("2", BASE, TOP);
        puller.pull(name("x:1"));
        proxy.forget();

        puller.pull(name("x:2"));

        assertThat(proxy.blobs())
                .extracting(seen -> seen.path().replaceFirst(".*/", ""))
                .contains(TOP.digest().toString())
                .doesNotContain(BASE.digest().toString());
    }

    @Test
    void aSecondPullFetchesTheManifestOnly() {
        repository("x").image("1", BASE);
        puller.pull(name("x:1"));
        proxy.forget();

        Pulled again = puller.pull(name("x:1"));

        assertThat(again.newer()).isFalse();
        assertThat(again.status()).isEqualTo("Image is up to date for " + name("x:1"));
        assertThat(proxy.blobs()).isEmpty();
    }

    @Test
    void aNameMovesToItsNewImage() {
        repository("x").image("1", BASE);
        Digest old = puller.pull(name("x:1")).id();
        repository("x").image("1", BASE, TOP);

        Pulled pulled = puller.pull(name("x:1"));

        assertThat(pulled.newer()).isTrue();
        assertThat(puller.store.images.resolve(name("x:1")).id()).isNotEqualTo(old);
        assertThat(puller.store.images.findById(old)).isPresent();
        // Nothing keeps the old one: it is dangling, and goes with the next clean-up.
        assertThat(puller.store.names()).containsExactly(name("x:1"), name("x@" + pulled.digest()));
    }

    @Test
    void aDigestPinsTheImage() {
        Digest digest = repository("x").image("1", BASE);
        repository("x").image("1", TOP);

        puller.pull(name("x@" + digest));

        assertThat(puller.store.images.resolve(name("x@" + digest)).layers()).containsExactly(Digest.of(BASE.tar()));
        assertThat(puller.store.names()).containsExactly(name("x@" + digest));
    }

    private Digest index(String tag, Map<String, Packed> images) {
        Publisher repository = repository("multi");
        List<String> entries = images.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> {
                    String config = TestArchive.config(entry.getValue().tar()).replace("amd64", entry.getKey());
                    String manifest = repository.manifestOf(config, entry.getValue());
                    byte[] bytes = manifest.getBytes(StandardCharsets.UTF_8);
                    repository.manifest(Digest.of(bytes).toString(), MediaType.OCI_MANIFEST, manifest);
                    return Publisher.descriptor(
                            bytes,
                            MediaType.OCI_MANIFEST,
                            ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + entry.getKey() + "\"}");
                })
                .toList();
        return repository.manifest(
                tag,
                MediaType.OCI_INDEX,
                "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":["
                        + String.join(",", entries) + "]}");
    }

    @Test
    void ofAnIndexTheImageForThePlatformIsPulled() {
        Digest index = index("1", Map.of("amd64", BASE, "arm64", TOP));

        Pulled pulled = puller.pull(name("multi:1"));

        assertThat(pulled.digest()).isEqualTo(index);
        assertThat(puller.store.images.resolve(name("multi:1")).layers()).containsExactly(Digest.of(BASE.tar()));
        // The index pins it as well: what a user has written down works without the registry.
        puller.pull(name("multi@" + index));
        assertThat(puller.store.images.resolve(name("multi@" + index)).id()).isEqualTo(pulled.id());
    }

    @Test
    void anotherPlatformIsPulledOnRequest() {
        index("1", Map.of("amd64", BASE, "arm64", TOP));
        Pull pull = new Pull(puller.registries, puller.store.images, UnpackLimits.DEFAULT, Progress.NONE);

        pull.pull(Reference.parse(name("multi:1")), Optional.of(Platform.parse("linux/arm64")));

        assertThat(puller.store.images.resolve(name("multi:1")).config().architecture())
                .isEqualTo("arm64");
    }

    @Test
    void anIndexWithoutThePlatformIsRefused() {
        index("1", Map.of("arm64", TOP, "s390x", BASE));

        assertRefused("multi:1", ErrorKind.PRECONDITION)
                .hasMessageContaining("no matching manifest for linux/amd64 in the manifest list entries: it has"
                        + " linux/arm64, linux/s390x");
    }

    @Test
    void anImageForAnotherPlatformIsRefused() {
        repository("x").image("1", TestArchive.config(BASE.tar()).replace("amd64", "arm64"), BASE);

        assertRefused("x:1", ErrorKind.PRECONDITION).hasMessageContaining("it is for linux/arm64 only");
    }

    @Test
    void anUnknownTagIsSaidToBe() {
        repository("x").image("1", BASE);

        assertRefused("x:nope", ErrorKind.NOT_FOUND)
                .hasMessage("cannot pull " + name("x:nope") + ": manifest for " + name("x:nope")
                        + " not found: manifest unknown: manifest unknown: check the name and the tag");
    }

    @Test
    void anUnknownHostIsSaidToBe() {
        assertThatThrownBy(() -> puller.pull("registry.invalid/x:1"))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
                .hasMessageContaining("cannot reach the registry at registry.invalid: no such host");
    }

    @Test
    void nobodyListening() {
        assertThatThrownBy(() -> puller.pull("127.0.0.1:1/x:1")).hasMessageContaining("connection refused");
    }

    private AbstractThrowableAssert<?, ?> assertRefused(String name, ErrorKind kind) {
        var failure = assertThatThrownBy(() -> puller.pull(name(name)))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(kind));
        assertThat(puller.store.everything()).isEmpty();
        return failure;
    }

    @Test
    void severalWhoWantTheSameImageShareTheWork() throws Exception {
        repository("x").image("1", BASE, TOP);
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<Callable<Pulled>> pulls = Collections.nCopies(4, () -> {
                try (Puller own = new Puller(directory)) {
                    return own.pull(name("x:1"));
                }
            });
            for (var pull : threads.invokeAll(pulls)) {
                assertThat(pull.get().name()).hasToString(name("x:1"));
            }
        }
        for (Packed layer : List.of(BASE, TOP)) {
            assertThat(proxy.blobs())
                    .filteredOn(seen -> seen.path().endsWith(layer.digest().hex()))
                    .hasSize(1);
        }
        puller.store.verify();
    }
}
