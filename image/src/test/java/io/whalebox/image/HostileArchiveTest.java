package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.image.TestArchive.Oci;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import io.whalebox.storage.UnpackLimits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that attack, or are broken: each is refused in one line, and leaves the store as it was. */
class HostileArchiveTest {
    private static final byte[] LAYER = TestArchive.layer("file", "content");
    private static final String CONFIG = TestArchive.config(LAYER);

    @TempDir
    Path directory;

    private TestStore store;
    private List<String> before = List.of();

    @BeforeEach
    void open() {
        store = new TestStore(directory.resolve("store"));
        store.loader().load(TestArchive.docker("\"good:1\"", LAYER).stream());
        before = store.everything();
    }

    @AfterEach
    void nothingChanged() {
        assertThat(store.everything()).isEqualTo(before);
        store.verify();
        store.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../../../../../etc/passwd",
                "/etc/passwd",
                "x/../../etc/passwd",
                "link",
                "absolute",
                "circle",
                "missing",
                "",
                ".",
                "..",
                "directory",
            })
    void aLayerIsAFileOfTheArchiveAndNothingElse(String layer) throws IOException {
        TestArchive archive = new TestArchive()
                .file("config", CONFIG)
                .file("directory/file", LAYER)
                .link("link", "../../../../../../../../etc/passwd")
                .link("absolute", "/etc/passwd")
                .link("circle", "circle")
                .file("manifest.json", item("config", layer));

        refused(archive.stream());
        Path unpacked = archive.unpackTo(directory.resolve("unpacked"));
        refused(() -> store.loader().load(unpacked));
        Files.delete(unpacked.resolve("link"));
        Files.delete(unpacked.resolve("absolute"));
    }

    @Test
    void aPipeInADirectoryDoesNotHang() throws Exception {
        Path unpacked = new TestArchive()
                .file("config", CONFIG)
                .file("manifest.json", item("config", "pipe"))
                .unpackTo(directory.resolve("unpacked"));
        assertThat(new ProcessBuilder("mkfifo", unpacked.resolve("pipe").toString())
                        .start()
                        .waitFor())
                .isZero();

        assertThat(refused(() -> store.loader().load(unpacked))).contains("is not a regular file");
    }

    @Test
    void cve_2023_25153_giantDocumentsAreNotRead() {
        byte[] giant = new byte[Documents.LARGEST + 1];
        Arrays.fill(giant, (byte) ' ');

        assertThat(refused(new TestArchive().file("manifest.json", giant).stream()))
                .contains("is larger than");
        assertThat(refused(new TestArchive()
                        .file("config", giant).file("l", LAYER).file("manifest.json", item("config", "l")).stream()))
                .contains("is larger than");
        assertThat(refused(new TestArchive().file("oci-layout", giant).stream()))
                .contains("is larger than");
    }

    @Test
    void tooManyFilesAreNoImageArchive() throws IOException {
        TestArchive archive = new TestArchive();
        for (int i = 0; i < 20_001; i++) {
            archive.file("f" + i, "");
        }
        assertThat(refused(archive.stream())).contains("import it, if it is a root file system");
    }

    @Test
    void aFileThatIsThereTwiceIsAmbiguous() {
        TestArchive archive = TestArchive.docker("\"x:1\"", LAYER).fileAgain("manifest.json", "[]");

        assertThat(refused(archive.stream())).contains("holds the file \"manifest.json\" twice");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "[]",
                "[null]",
                "[{}]",
                "[{\"Config\":\"config\",\"Layers\":null}]",
                "[{\"Config\":\"config\",\"Layers\":[\"l\",\"l\"]}]",
                "[{\"Config\":\"config\",\"Layers\":[\"l\"],\"RepoTags\":[\"../x\"]}]",
                "[{\"Config\":\"config\",\"Layers\":[\"l\"],\"RepoTags\":[null]}]",
                "[{\"Config\":\"l\",\"Layers\":[\"l\"]}]",
                "[{\"Config\":\"none\",\"Layers\":[\"l\"]}]",
                "not json",
            })
    void aListThatMakesNoSenseIsRefused(String list) {
        refused(new TestArchive().file("config", CONFIG).file("l", LAYER).file("manifest.json", list).stream());
    }

    @Test
    void theSecondImageOfAnArchiveMustBeRightForTheFirstToBeLoaded() {
        TestArchive archive = new TestArchive()
                .file("l", TestArchive.layer("new", "new"))
                .file("config", TestArchive.config(TestArchive.layer("new", "new")))
                .file("manifest.json", """
                        [{"Config":"config","RepoTags":["one:1"],"Layers":["l"]},
                         {"Config":"config","RepoTags":["two:1"],"Layers":["missing"]}]
                        """);
        assertThat(refused(archive.stream())).contains("lacks the file \"missing\"");
    }

    @Test
    void digestsThatDoNotMatchAreToldInOneLine() {
        String none = Digest.of(new byte[0]).hex();
        assertThat(refused(new TestArchive()
                                .file(none + ".json", CONFIG)
                                .file("l", LAYER)
                                .file("manifest.json", item(none + ".json", "l"))
                                .stream()))
                .contains("the configuration does not match its digest: expected sha256:" + none);
        assertThat(refused(new TestArchive()
                                .file("config", TestArchive.config(TestArchive.layer("another", "layer")))
                                .file("l", LAYER)
                                .file("manifest.json", item("config", "l"))
                                .stream()))
                .contains("the layer is not what the image says");
    }

    @Test
    void everyBlobOfALayoutIsVerified() {
        Oci oci = new Oci();
        oci.entry(oci.manifest("", TestArchive.layer("new", "new")));
        List<String> blobs = oci.archive().names().stream()
                .filter(name -> name.startsWith("blobs/"))
                .toList();
        assertThat(blobs).hasSize(3);
        for (String blob : blobs) {
            TestArchive changed = oci.archive().changed(blob);

            assertThat(refused(changed.stream())).as(blob).matches("[^\\n]*");
        }
        for (String blob : blobs) {
            assertThat(refused(oci.archive().without(blob).stream())).as(blob).contains("the archive lacks the file");
        }
    }

    @Test
    void aLayerThatIsSharedByDigestCannotBePassedOffAsAnother() {
        // The blob of one layer with the diff id of another: both are in the store, but don't belong together.
        byte[] one = TestArchive.layer("one", "one");
        byte[] two = TestArchive.layer("two", "two");
        Oci honest = new Oci();
        honest.entry(honest.manifest("", one, two));
        store.loader().load(honest.archive().stream());
        before = store.everything();
        Oci liar = new Oci();
        liar.entry(liar.manifestOf(TestArchive.config(two), one));

        assertThat(refused(liar.archive().stream())).contains("the layer is not what the image says");
    }

    @Test
    void layersOfUnknownKindsAndArtifactsAreRefused() {
        Oci oci = new Oci();
        String layer = oci.blob(LAYER, "application/vnd.oci.image.layer.v1.tar+encrypted", "");
        String config = oci.blob(CONFIG, MediaType.OCI_CONFIG, "");
        oci.entry(oci.blob(
                "{\"schemaVersion\":2,\"config\":" + config + ",\"layers\":[" + layer + "]}",
                MediaType.OCI_MANIFEST,
                ""));
        assertThat(refused(oci.archive().stream())).contains("unsupported type");

        Oci artifact = new Oci();
        String chart = artifact.blob("{}", "application/vnd.cncf.helm.config.v1+json", "");
        artifact.entry(artifact.blob(
                "{\"schemaVersion\":2,\"config\":" + chart + ",\"layers\":[]}", MediaType.OCI_MANIFEST, ""));
        assertThat(refused(artifact.archive().stream())).contains("an artifact of type");
    }

    @Test
    void indexesThatNestWithoutEndAreRefused() {
        Oci oci = new Oci();
        String entry = oci.manifest("", LAYER);
        for (int i = 0; i < 10; i++) {
            entry = oci.blob("{\"schemaVersion\":2,\"manifests\":[" + entry + "]}", MediaType.OCI_INDEX, "");
        }
        oci.entry(entry);

        assertThat(refused(oci.archive().stream())).contains("nested too deeply");
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "XZ")
    void anArchiveThatIsCutAnywhereIsRefused(Compression compression) throws IOException {
        byte[] whole = CompressionTest.compress(
                compression,
                TestArchive.docker("\"cut:1\"", TestArchive.layer("new", "new")).tar());
        int step = compression == Compression.NONE ? 101 : 13;
        for (int length = 0; length < whole.length - 1024; length += step) {
            byte[] cut = Arrays.copyOf(whole, length);
            refused(new ByteArrayInputStream(cut));
        }
    }

    @Test
    void aLayerThatIsCutAnywhereIsRefused() {
        byte[] layer = TestArchive.layer("new", "new");
        for (int length = 0; length < layer.length; length += 512) {
            byte[] cut = Arrays.copyOf(layer, length);
            refused(new TestArchive()
                            .file("config", TestArchive.config(layer))
                            .file("l", cut)
                            .file("manifest.json", item("config", "l"))
                            .stream());
        }
    }

    @Test
    void anArchiveThatExpandsWithoutEndStopsAtTheLimit() throws IOException {
        byte[] bomb = CompressionTest.compress(
                Compression.ZSTD,
                new TestArchive().file("zeros", new byte[20 << 20]).tar());
        ImageLoader loader = new ImageLoader(store.images, new UnpackLimits(100, 1 << 20, 1 << 20), TestStore.AMD64);

        assertThat(refused(() -> loader.load(new ByteArrayInputStream(bomb)))).contains(UnpackLimits.MAX_LAYER_BYTES);
    }

    @Test
    void archivesThatHoldNoImageSayWhatToDo() {
        assertThat(refused(new TestArchive().file("etc/passwd", "root").stream()))
                .contains("import it, if it is a root file system");
        assertThat(refused(new TestArchive().file("repositories", "{}").stream()))
                .contains("of Docker before 1.10");
        assertThat(refused(new ByteArrayInputStream("#!/bin/sh".repeat(200).getBytes(StandardCharsets.US_ASCII))))
                .startsWith("cannot load the archive: ");
        assertThat(refused(new ByteArrayInputStream(new byte[0]))).startsWith("cannot load the archive: ");
    }

    @Test
    void anImageOfAnotherSystemIsRefused() {
        String windows = CONFIG.replace("\"linux\"", "\"windows\"");
        assertThat(refused(new TestArchive()
                        .file("config", windows).file("l", LAYER).file("manifest.json", item("config", "l")).stream()))
                .contains("is for windows/amd64");
    }

    private static String item(String config, String layer) {
        return "[{\"Config\":\"" + config + "\",\"RepoTags\":[\"x:1\"],\"Layers\":[\"" + layer + "\"]}]";
    }

    private String refused(InputStream archive) {
        return refused(() -> store.loader().load(archive));
    }

    private String refused(Runnable load) {
        List<String> messages = new ArrayList<>();
        assertThatThrownBy(load::run).isInstanceOfSatisfying(WhaleboxException.class, e -> {
            assertThat(e.kind()).isIn(ErrorKind.INVALID, ErrorKind.PRECONDITION);
            messages.add(Optional.ofNullable(e.getMessage()).orElse(""));
        });
        assertThat(messages.getFirst()).startsWith("cannot load ").doesNotContain("\n");
        assertThat(store.names()).containsExactly("good:1");
        return messages.getFirst();
    }
}
