package io.whalebox.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.Directory;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerStoreTest {
    private static final byte[] ARCHIVE = new TarFixture()
            .file("etc/hosts", "127.0.0.1 localhost\n")
            .directory("tmp")
            .end()
            .bytes();

    @TempDir
    private Path root;

    private LayerStore store;

    @BeforeEach
    void open() {
        UnpackedLayer.assumeRoot();
        store = LayerStore.open(root);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Layer unpack(byte[] archive) {
        return store.unpack(new ByteArrayInputStream(archive), Optional.empty(), UnpackLimits.DEFAULT);
    }

    private List<Path> work() throws IOException {
        try (var files = Files.list(root.resolve("snapshots/work"))) {
            return files.toList();
        }
    }

    @Test
    void unpacksALayerUnderTheDigestOfItsArchive() throws IOException {
        Layer layer = unpack(ARCHIVE);

        assertThat(layer.diffId()).isEqualTo(Digest.of(ARCHIVE));
        assertThat(layer.size()).isEqualTo(20);
        assertThat(layer.directory().resolve("etc/hosts")).hasContent("127.0.0.1 localhost\n");
        assertThat(store.find(layer.diffId())).contains(layer);
        assertThat(store.list()).containsExactly(layer.diffId());
        assertThat(work()).isEmpty();
    }

    @Test
    void theDigestCoversWhatStandsBehindTheEndMark() {
        byte[] padded = Arrays.copyOf(ARCHIVE, 1_000_000);

        assertThat(unpack(padded).diffId()).isEqualTo(Digest.of(padded));
    }

    @Test
    void findsWhatIsThereWithoutReadingTheArchiveAgain() {
        Layer layer = unpack(ARCHIVE);
        FailingStream unread = new FailingStream("it was read");

        assertThat(store.unpack(unread, Optional.of(layer.diffId()), UnpackLimits.DEFAULT))
                .isEqualTo(layer);
        assertThat(unpack(ARCHIVE)).isEqualTo(layer);
    }

    @Test
    void refusesAnArchiveThatIsNotWhatWasExpected() throws IOException {
        Digest expected = Digest.of(new byte[] {1});

        assertThatThrownBy(() ->
                        store.unpack(new ByteArrayInputStream(ARCHIVE), Optional.of(expected), UnpackLimits.DEFAULT))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID))
                .hasMessage("the layer is not what the image says: its digest is " + Digest.of(ARCHIVE) + ", not "
                        + expected);
        assertThat(store.find(expected)).isEmpty();
        assertThat(store.list()).isEmpty();
        assertThat(work()).isEmpty();
    }

    @Test
    void takesAnArchiveWithoutEndMarkOnlyWhenItsDigestVouchesForIt() {
        byte[] cut = Arrays.copyOf(ARCHIVE, ARCHIVE.length - 1024);

        assertThatThrownBy(() -> unpack(cut))
                .hasMessage("the tar archive is truncated: it lacks the blocks of zeros that end one");
        assertThatThrownBy(() -> unpack(new byte[0])).hasMessageContaining("truncated");
        assertThat(store.unpack(new ByteArrayInputStream(cut), Optional.of(Digest.of(cut)), UnpackLimits.DEFAULT)
                        .size())
                .isEqualTo(20);
    }

    @Test
    void reportsTheFailureOfTheStreamItReads() {
        FailingStream broken = new FailingStream("the gzip data is truncated");

        assertThatThrownBy(() -> store.unpack(broken, Optional.empty(), UnpackLimits.DEFAULT))
                .isInstanceOf(WhaleboxException.class)
                .hasMessage("cannot read the archive: the gzip data is truncated");
    }

    @Test
    void unpackingTheSameLayerTwiceAtOnceEndsWithOne() throws Exception {
        TarFixture tar = new TarFixture();
        for (int i = 0; i < 500; i++) {
            tar.file("d" + i % 7 + "/f" + i, "content " + i);
        }
        byte[] archive = tar.end().bytes();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Layer>> layers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                layers.add(threads.submit(() -> unpack(archive)));
            }
            for (Future<Layer> layer : layers) {
                assertThat(layer.get()).isEqualTo(layers.getFirst().get());
            }
        }
        assertThat(store.list()).containsExactly(Digest.of(archive));
        assertThat(work()).isEmpty();
    }

    @Test
    void removesALayer() throws IOException {
        Layer layer = unpack(ARCHIVE);

        store.remove(layer.diffId());
        store.remove(layer.diffId());

        assertThat(store.find(layer.diffId())).isEmpty();
        assertThat(layer.directory()).doesNotExist();
        assertThat(work()).isEmpty();
    }

    @Test
    void cve202141091IsClosedToOtherUsers() throws IOException {
        Layer layer = unpack(new TarFixture()
                .add(TarFixture.header('5', "./").mode(0777))
                .add(TarFixture.header('0', "su").mode(04755))
                .end()
                .bytes());

        for (String path : new String[] {"snapshots", "snapshots/sha256", "snapshots/work"}) {
            assertThat(Files.getPosixFilePermissions(root.resolve(path)))
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
        assertThat(Files.getPosixFilePermissions(layer.directory().getParent()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void sweepSparesWhatIsBeingUnpackedAndRemovesWhatAKilledProcessLeft() throws Exception {
        Process child = endlessUnpack("exec \"$@\"");
        try (BufferedReader output =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(output.readLine()).isEqualTo("unpacking");
            assertThat(store.sweep()).isZero();
            assertThat(work()).hasSize(1);
        } finally {
            // SIGKILL.
            child.destroyForcibly().waitFor();
        }

        assertThat(store.sweep()).isEqualTo(1);
        assertThat(work()).isEmpty();
        assertThat(store.list()).isEmpty();
    }

    @Test
    void aFullDiskIsSaidAndLeavesNothing() throws Exception {
        Process child =
                endlessUnpack("mount -t tmpfs -o size=16m,mode=700 tmpfs \"$8\" && \"$@\" && ls \"$8/snapshots/work\"");

        List<String> output = child.inputReader(StandardCharsets.UTF_8).lines().toList();

        assertThat(child.waitFor()).isZero();
        assertThat(output)
                .last()
                .asString()
                .matches("PRECONDITION cannot unpack \"directory/file\\d+\", the entry at byte \\d+ of the archive:"
                        + " .*: no space left on device");
    }

    /** A JVM that unpacks without end, as {@code "$@"} of a shell in a mount namespace of its own. */
    private Process endlessUnpack(String script) throws IOException {
        return new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "sh",
                        "-c",
                        script,
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin/java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:+UseSerialGC",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EndlessUnpack.class.getName(),
                        root.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @Test
    void aLayerNeverChanges() {
        Layer layer = unpack(ARCHIVE);
        try (Directory tree = Directory.open(layer.directory().toString())) {
            Digest before = TreeListing.digest(tree);
            LayerStack stack = LayerStack.of(List.of(layer));
            assertThat(stack.readFile("/etc/hosts", 100)).isPresent();
            unpack(ARCHIVE);
            store.sweep();
            assertThat(TreeListing.digest(tree)).isEqualTo(before);
        }
    }
}
