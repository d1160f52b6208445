package io.whalebox.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.image.Reference;
import io.whalebox.image.TestArchive;
import io.whalebox.image.registry.FaultyProxy.Sent;
import io.whalebox.image.registry.Publisher.Packed;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pushing to the reference registry, and getting the same back. */
class PushTest {
    private static final byte[] BASE = TestArchive.layer("base", "base");

    @TempDir
    Path directory;

    private DockerRegistry registry;
    private FaultyProxy proxy;
    private Puller puller;
    private final List<String> told = new CopyOnWriteArrayList<>();

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

    private final Progress progress = new Progress() {
        @Override
        public void begin(Reference name) {}

        @Override
        public void stage(Digest layer, Stage stage) {
            told.add(layer.shortId() + " " + stage);
        }

        @Override
        public void mounted(Digest layer, String repository) {
            told.add(layer.shortId() + " from " + repository);
        }

        @Override
        public void moved(Digest layer, long bytes, long of) {}

        @Override
        public void end() {}
    };

    private String name(String rest) {
        return proxy.host() + "/" + rest;
    }

    private void make(String name, byte[]... layers) throws IOException {
        var _ = puller.store.loader().load(TestArchive.docker("\"" + name + "\"", layers).stream());
    }

    private Pushed push(String name) {
        told.clear();
        return new Push(puller.registries, puller.store.images, progress).push(Reference.parse(name));
    }

    private void skopeoReads(String name, Digest digest) throws IOException, InterruptedException {
        Process skopeo = new ProcessBuilder(
                        "skopeo", "inspect", "--tls-verify=false", "--format", "{{.Digest}}", "docker://" + name)
                .redirectErrorStream(true)
                .start();
        assertThat(new String(skopeo.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip())
                .isEqualTo(digest.toString());
        Process copy = new ProcessBuilder(
                        "skopeo",
                        "--insecure-policy",
                        "copy",
                        "--src-tls-verify=false",
                        "docker://" + name,
                        "oci:" + directory.resolve("copied-" + digest.shortId()) + ":x")
                .redirectErrorStream(true)
                .start();
        String said = new String(copy.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(copy.waitFor()).as(said).isZero();
    }

    @Test
    void whatWasPulledIsPushedByteForByte() throws IOException, InterruptedException {
        Digest digest = new Publisher(registry.uri(), "x").image("1", Packed.gzip(BASE), Packed.zstd(layer(1)));
        puller.pull(name("x:1"));
        puller.store.images.tag(puller.store.images.resolve(name("x:1")), Reference.parse(name("y:2")));

        Pushed pushed = push(name("y:2"));

        assertThat(pushed.digest()).isEqualTo(digest);
        assertThat(pushed).hasToString("2: digest: " + digest + " size: " + pushed.size());
        skopeoReads(registry.host() + "/y:2", digest);
    }

    @Test
    void whatWasMadeHereIsCompressedAndKnownByItsNewDigest() throws IOException, InterruptedException {
        make(name("made:1"), BASE, layer(2));

        Pushed pushed = push(name("made:1"));

        skopeoReads(registry.host() + "/made:1", pushed.digest());
        assertThat(puller.store.images.resolve(name("made:1")).manifest().digest())
                .isEqualTo(pushed.digest());
        puller.store.images.sweep();
        puller.store.verify();
        assertThat(push(name("made:1")).digest()).isEqualTo(pushed.digest());
        assertThat(told).contains(Digest.of(BASE).shortId() + " EXISTS").noneMatch(line -> line.endsWith("COMPLETE"));
        puller.store.images.remove(name("made:1"), false);
        assertThat(puller.pull(name("made:1")).digest()).isEqualTo(pushed.digest());
        puller.store.verify();
    }

    @Test
    void aLayerThatAnotherRepositoryHasIsMounted() throws IOException {
        make(name("one:1"), BASE);
        push(name("one:1"));
        puller.store.images.tag(puller.store.images.resolve(name("one:1")), Reference.parse(name("two:1")));
        proxy.forget();

        push(name("two:1"));

        assertThat(told).contains(Digest.of(BASE).shortId() + " from one");
        assertThat(proxy.seen()).noneMatch(seen -> seen.method().equals("PATCH"));
    }

    private static byte[] layer(int seed) {
        byte[] content = new byte[1 << 20];
        new Random(seed).nextBytes(content);
        return new TestArchive().file("file" + seed, content).tar();
    }

    @Test
    void anUploadThatWasRefusedInPassingIsDoneAgain() throws IOException {
        make(name("x:1"), layer(3));
        AtomicInteger refused = new AtomicInteger();
        proxy.fault((request, answer) ->
                request.method().equals("PUT") && request.path().contains("/uploads/") && refused.incrementAndGet() == 1
                        ? Sent.of(503)
                        : answer);

        push(name("x:1"));

        assertThat(refused.get()).isGreaterThan(1);
        puller.store.images.remove(name("x:1"), false);
        puller.pull(name("x:1"));
        puller.store.verify();
    }

    @Test
    void anUploadThatBreaksGoesOn() throws IOException {
        make(name("x:1"), layer(6));
        proxy.cutUploads(1);

        push(name("x:1"));

        puller.store.images.remove(name("x:1"), false);
        puller.pull(name("x:1"));
        puller.store.verify();
    }

    /** A proxy that limits requests gets them in chunks. */
    @Test
    void anUploadThatIsTooLargeForOneRequestGoesInChunks() throws IOException {
        byte[] large = new byte[20 << 20];
        new Random(5).nextBytes(large);
        make(name("x:1"), new TestArchive().file("large", large).tar());
        AtomicBoolean limited = new AtomicBoolean();
        try (FaultyProxy limiting = new FaultyProxy(registry.uri(), 10 << 20, limited)) {
            puller.store.images.tag(
                    puller.store.images.resolve(name("x:1")), Reference.parse(limiting.host() + "/x:1"));

            push(limiting.host() + "/x:1");

            assertThat(limited).isTrue();
            assertThat(limiting.seen())
                    .filteredOn(seen -> seen.method().equals("PATCH"))
                    .hasSizeGreaterThan(2);
            puller.store.images.remove(limiting.host() + "/x:1", false);
            puller.pull(limiting.host() + "/x:1");
            puller.store.verify();
        }
    }

    @Test
    void whatIsNotHereIsNotPushed() {
        assertThatThrownBy(() -> push(name("nosuch:1")))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND))
                .hasMessageContaining("an image does not exist locally with the tag: " + name("nosuch:1"));
    }

    @Test
    void aRegistryThatDeniesIsSaidTo() throws IOException {
        make(name("x:1"), BASE);
        proxy.fault((request, answer) -> request.path().endsWith("/uploads/") ? Sent.of(403) : answer);

        assertThatThrownBy(() -> push(name("x:1")))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.DENIED));
        assertThat(puller.store.images.resolve(name("x:1")).layers()).hasSize(1);
    }
}
