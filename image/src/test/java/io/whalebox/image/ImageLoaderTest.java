package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.image.TestArchive.Oci;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import io.whalebox.storage.Layer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ImageLoaderTest {
    private static final byte[] BASE = TestArchive.layer("etc/base", "base");
    private static final byte[] TOP = TestArchive.layer("etc/top", "top");

    @TempDir
    Path directory;

    private TestStore store;

    @BeforeEach
    void open() {
        store = new TestStore(directory.resolve("store"));
    }

    @AfterEach
    void close() {
        store.verify();
        store.close();
    }

    @Test
    void whatDockerSavedGetsItsNamesAndItsId() throws IOException {
        TestArchive archive = TestArchive.docker("\"busybox:latest\",\"me/box:1\"", BASE, TOP);

        List<LoadedImage> loaded = store.loader().load(archive.writeTo(directory.resolve("saved.tar")));

        assertThat(loaded)
                .flatExtracting(LoadedImage::lines)
                .containsExactly("Loaded image: busybox:latest", "Loaded image: me/box:1");
        Image image = store.images.resolve("busybox");
        assertThat(image.id()).isEqualTo(Digest.of(TestArchive.config(BASE, TOP).getBytes(StandardCharsets.UTF_8)));
        assertThat(image.config().config().cmd()).containsExactly("sh");
        List<Layer> layers = store.images.layers(image);
        assertThat(layers).extracting(Layer::diffId).containsExactly(Digest.of(BASE), Digest.of(TOP));
        assertThat(layers.getLast().directory().resolve("etc/top")).hasContent("top");
    }

    @ParameterizedTest
    @EnumSource
    void anArchiveMayBeCompressedAndComeThroughAPipe(Compression compression) throws IOException {
        byte[] archive = CompressionTest.compress(
                compression, TestArchive.docker("\"a:b\"", BASE).tar());

        List<LoadedImage> loaded = store.loader().load(new ByteArrayInputStream(archive));
        Path file = Files.write(directory.resolve("saved"), archive);
        List<LoadedImage> again = store.loader().load(file);

        assertThat(loaded).flatExtracting(LoadedImage::lines).containsExactly("Loaded image: a:b");
        assertThat(again).isEqualTo(loaded);
    }

    @ParameterizedTest
    @EnumSource
    void theLayersInADockerArchiveMayBeCompressed(Compression compression) throws IOException {
        byte[] packed = CompressionTest.compress(compression, BASE);
        TestArchive archive = new TestArchive()
                .file("l", packed)
                .file("c", TestArchive.config(BASE))
                .file("manifest.json", "[{\"Config\":\"c\",\"RepoTags\":[\"a:b\"],\"Layers\":[\"l\"]}]");

        store.loader().load(archive.stream());

        Layer layer = store.images.layers(store.images.resolve("a:b")).getFirst();
        assertThat(layer.directory().resolve("etc/base")).hasContent("base");
    }

    @Test
    void anImageWithoutANameIsToldByItsId() {
        List<LoadedImage> loaded = store.loader().load(TestArchive.docker("", BASE).stream());

        Digest id = loaded.getFirst().image().id();
        assertThat(loaded.getFirst().lines()).containsExactly("Loaded image ID: " + id);
        assertThat(store.images.resolve(id.shortId()).id()).isEqualTo(id);
    }

    @Test
    void aNameThatMovesLeavesTheOldImageWithoutOne() {
        Image old = store.loader()
                .load(TestArchive.docker("\"x:1\"", BASE).stream())
                .getFirst()
                .image();

        List<LoadedImage> loaded = store.loader().load(TestArchive.docker("\"x:1\"", TOP).stream());

        assertThat(loaded.getFirst().lines())
                .containsExactly(
                        "The image x:1 already exists, renaming the old one with ID " + old.id() + " to empty string",
                        "Loaded image: x:1");
        assertThat(store.images.list()).hasSize(2);
        assertThat(store.images.resolve("x:1").id()).isNotEqualTo(old.id());
    }

    @Test
    void layersThatOldDockersLinkToAnotherImagesAreFound() throws IOException {
        TestArchive archive = new TestArchive()
                .file("aaa/layer.tar", BASE)
                .link("bbb/layer.tar", "../aaa/layer.tar")
                .file("c.json", TestArchive.config(BASE, BASE))
                .file(
                        "manifest.json",
                        "[{\"Config\":\"c.json\",\"RepoTags\":null,\"Layers\":[\"aaa/layer.tar\",\"bbb/layer.tar\"]}]");

        assertThat(store.loader().load(archive.stream())).hasSize(1);
        assertThat(store.loader().load(archive.unpackTo(directory.resolve("unpacked"))))
                .hasSize(1);
    }

    @Test
    void anOciLayoutIsLoadedFromATarOrADirectoryWithItsManifestAsItWas() throws IOException {
        Oci oci = new Oci();
        String manifest = oci.manifest(TestArchive.named("localhost:5000/box:2"), BASE, TOP);
        TestArchive archive = oci.entry(manifest).archive();

        List<LoadedImage> loaded = store.loader().load(archive.unpackTo(directory.resolve("layout")));

        assertThat(loaded).flatExtracting(LoadedImage::lines).containsExactly("Loaded image: localhost:5000/box:2");
        Image image = loaded.getFirst().image();
        assertThat(manifest).contains(image.manifest().digest().toString());
        assertThat(store.images.resolve("localhost:5000/box@" + image.manifest().digest()))
                .isEqualTo(image);
        assertThat(store.loader().load(archive.stream()).getFirst().image()).isEqualTo(image);
    }

    @Test
    void aTagAloneIsNoName() {
        Oci oci = new Oci();
        oci.entry(oci.manifest(TestArchive.named("latest"), BASE));

        assertThat(store.loader()
                        .load(oci.archive().stream())
                        .getFirst()
                        .lines()
                        .getFirst())
                .startsWith("Loaded image ID: sha256:");
    }

    @Test
    void anImageThatIsListedForEachOfItsNamesIsLoadedOnce() {
        Oci oci = new Oci();
        oci.entry(oci.manifest(TestArchive.named("a:1"), BASE));
        oci.entry(oci.manifest(TestArchive.named("a:2"), BASE));

        List<LoadedImage> loaded = store.loader().load(oci.archive().stream());

        assertThat(loaded).hasSize(1);
        assertThat(loaded.getFirst().lines()).containsExactly("Loaded image: a:1", "Loaded image: a:2");
    }

    @Test
    void ofSeveralPlatformsTheMachinesIsLoaded() {
        Oci oci = new Oci();
        String arm = oci.manifest(TestArchive.platform("arm64"), TOP);
        String amd = oci.manifest(TestArchive.platform("amd64"), BASE);
        String unknown = oci.manifest(
                ",\"platform\":{\"os\":\"unknown\",\"architecture\":\"unknown\"}", TestArchive.layer("x", "y"));
        String index = oci.blob(
                "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_INDEX + "\",\"manifests\":[" + arm + "," + amd
                        + "," + unknown + "]}",
                MediaType.OCI_INDEX,
                TestArchive.named("multi:1"));
        oci.entry(index);

        store.loader().load(oci.archive().stream());

        assertThat(store.images.resolve("multi:1").layers()).containsExactly(Digest.of(BASE));
    }

    @Test
    void aPlatformThatIsMissingIsSaid() {
        Oci oci = new Oci();
        oci.entry(oci.manifest(TestArchive.platform("arm64"), TOP));
        oci.entry(oci.manifest(TestArchive.platform("s390x"), BASE));

        assertThatThrownBy(() -> store.loader().load(oci.archive().stream()))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.PRECONDITION))
                .hasMessage("cannot load the archive: the archive has no image for linux/amd64, only for linux/arm64,"
                        + " linux/s390x");
    }

    @Test
    void severalImagesInOneArchiveShareWhatTheyShare() {
        TestArchive archive = new TestArchive()
                .file("base", BASE)
                .file("top", TOP)
                .file("one", TestArchive.config(BASE))
                .file("two", TestArchive.config(BASE, TOP))
                .file("manifest.json", """
                        [{"Config":"one","RepoTags":["one:1"],"Layers":["base"]},
                         {"Config":"two","RepoTags":["two:1","two:2"],"Layers":["base","top"]}]
                        """);

        assertThat(store.loader().load(archive.stream()))
                .flatExtracting(LoadedImage::lines)
                .containsExactly("Loaded image: one:1", "Loaded image: two:1", "Loaded image: two:2");
        assertThat(store.layers.list()).hasSize(2);
    }

    @Test
    void aFileThatIsNotThereIsSaid() {
        assertThatThrownBy(() -> store.loader().load(directory.resolve("none.tar")))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND))
                .hasMessage("cannot load " + directory + "/none.tar: no such file or directory");
    }
}
