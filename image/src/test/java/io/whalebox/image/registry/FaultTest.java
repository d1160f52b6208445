package io.whalebox.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.image.MediaType;
import io.whalebox.image.TestArchive;
import io.whalebox.image.registry.FaultyProxy.Sent;
import io.whalebox.image.registry.Publisher.Packed;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pulling through a proxy that damages, delays and diverts what the registry sends. */
class FaultTest {
    private static final Packed LAYER = Packed.gzip(random());

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

    /** A layer of a mebibyte that doesn't compress. */
    private static byte[] random() {
        byte[] content = new byte[1 << 20];
        new Random(4).nextBytes(content);
        return new TestArchive().file("file", content).tar();
    }

    private String publish() {
        new Publisher(registry.uri(), "x").image("1", LAYER);
        return proxy.host() + "/x:1";
    }

    private boolean isLayer(FaultyProxy.Seen request) {
        return request.path().endsWith(LAYER.digest().hex());
    }

    @Test
    void aTransferThatBreaksGoesOnAtTheByteWhereItStopped() {
        String name = publish();
        AtomicInteger answers = new AtomicInteger();
        proxy.fault((request, answer) ->
                isLayer(request) && answers.incrementAndGet() <= 2 ? answer.truncated(300_000) : answer);

        puller.pull(name);

        puller.store.verify();
        assertThat(proxy.blobs().stream().filter(this::isLayer).map(FaultyProxy.Seen::range))
                .hasSize(3)
                .startsWith(Optional.empty())
                .allSatisfy(range -> assertThat(range.orElse("bytes=1-")).matches("bytes=[1-9][0-9]*-"));
        assertThat(puller.pauses).isNotEmpty();
    }

    @Test
    void aServerThatSendsNothingMoreIsLeftAndAskedForTheRest() {
        String name = publish();
        AtomicInteger answers = new AtomicInteger();
        proxy.fault((request, answer) ->
                isLayer(request) && answers.incrementAndGet() == 1 ? answer.stalledAfter(300_000) : answer);

        puller.pull(name);

        puller.store.verify();
        assertThat(proxy.blobs().stream().filter(this::isLayer).map(FaultyProxy.Seen::range))
                .hasSize(2)
                .endsWith(Optional.of("bytes=300000-"));
    }

    @Test
    void aServerThatKnowsNoRangesIsReadFromTheStart() {
        String name = publish();
        AtomicInteger answers = new AtomicInteger();
        proxy.fault((request, answer) -> {
            if (!isLayer(request)) {
                return answer;
            }
            Sent whole = new Sent(200, answer.headers(), LAYER.bytes(), LAYER.bytes().length);
            return answers.incrementAndGet() == 1 ? whole.truncated(300_000) : whole;
        });

        puller.pull(name);

        puller.store.verify();
    }

    /** What one process leaves when it is cut off, another one goes on with. */
    @Test
    void aFurtherPullGoesOnWhereTheLastOneStopped() throws IOException {
        String name = publish();
        proxy.fault((request, answer) -> isLayer(request) && request.range().isEmpty()
                ? answer.truncated(300_000)
                : isLayer(request) ? Sent.of(404) : answer);
        assertThatThrownBy(() -> puller.pull(name)).isInstanceOf(WhaleboxException.class);
        assertThat(puller.store.names()).isEmpty();
        long kept = Files.size(partial());
        assertThat(kept).isPositive();
        proxy.fault((_, answer) -> answer);
        proxy.forget();

        try (Puller another = new Puller(directory)) {
            another.pull(name);
            another.store.verify();
        }

        assertThat(proxy.blobs().stream().filter(this::isLayer).map(FaultyProxy.Seen::range))
                .containsExactly(Optional.of("bytes=" + kept + "-"));
        assertThat(partial()).doesNotExist();
    }

    @Test
    void whatWasLeftAndIsDamagedIsFetchedAgain() throws IOException {
        String name = publish();
        Files.createDirectories(partial().getParent());
        Files.write(partial(), new byte[1000]);

        puller.pull(name);

        puller.store.verify();
    }

    @Test
    void whatNobodyComesBackForIsRemovedAfterADay() throws IOException {
        Files.createDirectories(partial().getParent());
        Files.write(partial(), new byte[1000]);
        puller.store.images.sweep();
        assertThat(partial()).exists();

        Files.setLastModifiedTime(partial(), FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        puller.store.images.sweep();

        assertThat(partial().getParent()).doesNotExist();
    }

    private Path partial() {
        return directory
                .resolve("store/content/partial")
                .resolve(LAYER.digest().hex())
                .resolve("data");
    }

    @Test
    void aTransferThatKeepsBreakingIsGivenUp() {
        String name = publish();
        proxy.fault((request, answer) -> isLayer(request) ? answer.truncated(0) : answer);

        assertThatThrownBy(() -> puller.pull(name))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
                .hasMessageContaining("broke off the layer " + LAYER.digest().shortId() + " 5 times");
        assertThat(puller.store.images.list()).isEmpty();
    }

    @Test
    void aLayerWithAWrongBitIsRefused() {
        String name = publish();
        proxy.fault((request, answer) -> isLayer(request) ? answer.body(damaged(answer.body())) : answer);

        assertRefused(name, ErrorKind.INVALID)
                .hasMessageContaining("the layer does not match its digest: expected " + LAYER.digest());
    }

    @Test
    void aLayerThatIsAnotherOneIsRefused() {
        String name = publish();
        byte[] other = Packed.gzip(TestArchive.layer("evil", "evil")).bytes();
        proxy.fault((request, answer) ->
                isLayer(request) ? answer.body(Arrays.copyOf(other, LAYER.bytes().length)) : answer);

        assertRefused(name, ErrorKind.INVALID).hasMessageContaining("does not match its digest");
    }

    @Test
    void aManifestWithAWrongBitIsRefused() {
        String name = publish();
        proxy.fault((request, answer) ->
                request.path().contains("/manifests/") ? answer.body(damaged(answer.body())) : answer);

        assertRefused(name, ErrorKind.INVALID).hasMessageContaining("the manifest does not match its digest");
    }

    @Test
    void aConfigurationWithAWrongBitIsRefused() {
        String name = publish();
        proxy.fault((request, answer) ->
                request.isBlob() && !isLayer(request) ? answer.body(damaged(answer.body())) : answer);

        assertRefused(name, ErrorKind.INVALID)
                .hasMessageContaining("the configuration of the image does not match its digest");
    }

    private static byte[] damaged(byte[] content) {
        byte[] damaged = content.clone();
        damaged[damaged.length / 2] ^= 1;
        return damaged;
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504})
    void aServerThatIsBusyIsAskedAgain(int status) {
        String name = publish();
        Set<String> refused = ConcurrentHashMap.newKeySet();
        proxy.fault((request, answer) -> !request.path().equals("/v2/") && refused.add(request.path())
                ? Sent.of(status, "Retry-After", "7")
                : answer);

        puller.pull(name);

        puller.store.verify();
        assertThat(puller.pauses).isNotEmpty().containsOnly(Duration.ofSeconds(7));
    }

    @Test
    void aServerThatStaysBusyIsLeftInPeace() {
        String name = publish();
        proxy.fault((request, answer) -> request.path().contains("/manifests/") ? Sent.of(429) : answer);

        assertRefused(name, ErrorKind.UNAVAILABLE).hasMessageContaining("asks to come back later");
        assertThat(puller.pauses).hasSize(Pauses.ATTEMPTS - 1);
    }

    @Test
    void aRedirectToAnotherHostIsFollowed() {
        String name = publish();
        try (FaultyProxy other = new FaultyProxy(registry.uri())) {
            proxy.fault((request, answer) ->
                    isLayer(request) ? Sent.of(307, "Location", other.uri() + request.path()) : answer);

            puller.pull(name);

            assertThat(other.blobs()).hasSize(1);
        }
        puller.store.verify();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://127.0.0.1/x", "file:///etc/passwd", "http://[", ""})
    void aRedirectToElsewhereIsNotFollowed(String location) {
        String name = publish();
        proxy.fault((request, answer) -> isLayer(request) ? Sent.of(307, "Location", location) : answer);

        assertThatThrownBy(() -> puller.pull(name)).isInstanceOf(WhaleboxException.class);
        assertThat(puller.store.images.list()).isEmpty();
    }

    @Test
    void aRedirectToItselfEnds() {
        String name = publish();
        proxy.fault((request, answer) -> isLayer(request) ? Sent.of(307, "Location", request.path()) : answer);

        assertThatThrownBy(() -> puller.pull(name)).hasMessageContaining("redirects in circles");
    }

    private void manifest(String json, String type) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        proxy.fault((request, answer) -> request.path().contains("/manifests/")
                ? new Sent(200, List.<String[]>of(new String[] {"Content-Type", type}), bytes, bytes.length)
                : answer);
    }

    @Test
    void aManifestBeyondItsLimitIsRefused() {
        String name = publish();
        manifest("{\"schemaVersion\":2" + " ".repeat(5 << 20) + "}", MediaType.OCI_MANIFEST);

        assertRefused(name, ErrorKind.INVALID).hasMessageContaining("the manifest is larger than 4194304 bytes");
    }

    @Test
    void aManifestThatIsTwoThingsIsRefused() {
        String name = publish();
        manifest("{\"schemaVersion\":2,\"manifests\":[],\"layers\":[]}", MediaType.OCI_MANIFEST);

        assertRefused(name, ErrorKind.INVALID).hasMessageContaining("both an index and a manifest");
    }

    @Test
    void aManifestThatIsNoJsonIsRefused() {
        String name = publish();
        manifest("<html>", MediaType.OCI_MANIFEST);

        assertRefused(name, ErrorKind.INVALID).hasMessageContaining("malformed");
    }

    @Test
    void layersThatRegistriesDoNotDistributeAreRefused() {
        String name = publish();
        String config = Publisher.descriptor(new byte[2], MediaType.OCI_CONFIG, "");
        String layer =
                Publisher.descriptor(new byte[1], "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", "");
        manifest("{\"schemaVersion\":2,\"config\":" + config + ",\"layers\":[" + layer + "]}", MediaType.OCI_MANIFEST);

        assertRefused(name, ErrorKind.PRECONDITION).hasMessageContaining("a foreign one");
    }

    @Test
    void anArtifactIsNoImage() {
        String name = publish();
        String config = Publisher.descriptor(new byte[2], "application/vnd.example.chart", "");
        manifest("{\"schemaVersion\":2,\"config\":" + config + ",\"layers\":[]}", MediaType.OCI_MANIFEST);

        assertRefused(name, ErrorKind.INVALID)
                .hasMessageContaining("no image but an artifact of type \"application/vnd.example.chart\"");
    }

    @Test
    void aLayerThatIsNoTarIsRefused() {
        Packed nonsense = Packed.gzip(new byte[] {1, 2, 3, 4});
        new Publisher(registry.uri(), "x").image("1", nonsense);

        assertRefused(proxy.host() + "/x:1", ErrorKind.INVALID);
    }

    @Test
    void aLayerThatExpandsToAnotherOneIsRefused() {
        new Publisher(registry.uri(), "x").image("1", TestArchive.config(TestArchive.layer("other", "other")), LAYER);

        assertRefused(proxy.host() + "/x:1", ErrorKind.INVALID)
                .hasMessageContaining("the layer is not what the image says");
    }

    @Test
    void aConfigurationThatCountsOtherLayersIsRefused() {
        new Publisher(registry.uri(), "x")
                .image("1", TestArchive.configOf(List.of(Digest.of(LAYER.tar()), Digest.of(LAYER.tar()))), LAYER);

        assertRefused(proxy.host() + "/x:1", ErrorKind.INVALID)
                .hasMessageContaining("its manifest has 1 layers, and its configuration says 2");
    }

    private AbstractThrowableAssert<?, ?> assertRefused(String name, ErrorKind kind) {
        var failure = assertThatThrownBy(() -> puller.pull(name))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(kind));
        assertThat(puller.store.everything()).isEmpty();
        return failure;
    }
}
