package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.storage.Digest;
import io.whalebox.storage.TarReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is saved is, loaded elsewhere, the same: ids, digests, names. */
class ImageSaverTest {
    private static final byte[] BASE = TestArchive.layer("base", "base");
    private static final byte[] TOP = TestArchive.layer("top", "top");

    @TempDir
    Path directory;

    private TestStore store;

    @BeforeEach
    void open() {
        store = new TestStore(directory.resolve("store"));
        store.loader().load(TestArchive.docker("\"x:1\",\"x:2\",\"y:1\"", BASE).stream());
        TestArchive.Oci oci = new TestArchive.Oci();
        oci.entry(oci.manifest(TestArchive.named("z:1"), BASE, TOP));
        store.loader().load(oci.archive().stream());
    }

    @AfterEach
    void close() {
        store.verify();
        store.close();
    }

    private byte[] save(String... names) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            var _ = new ImageSaver(store.images, Optional.empty()).save(List.of(names), out);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private List<String> loadedElsewhere(byte[] archive) {
        try (TestStore other = new TestStore(directory.resolve("other"))) {
            List<String> loaded = new ArrayList<>();
            for (LoadedImage image : other.loader().load(new ByteArrayInputStream(archive))) {
                loaded.add(image.image().id() + " " + image.image().manifest().digest() + " " + image.names());
            }
            other.verify();
            return loaded;
        }
    }

    private String here(String name, String names) {
        Image image = store.images.resolve(name);
        return image.id() + " " + image.manifest().digest() + " " + names;
    }

    @Test
    void severalImagesKeepTheirIdsDigestsAndTheNamesThatWereAskedFor() {
        assertThat(loadedElsewhere(save("x:1", "z:1"))).containsExactly(here("x:1", "[x:1]"), here("z:1", "[z:1]"));
    }

    @Test
    void aRepositoryStandsForAllItsTagsAndAnIdForNone() {
        assertThat(loadedElsewhere(save("x"))).containsExactly(here("x:1", "[x:1, x:2]"));
        assertThat(loadedElsewhere(save("x:2", "y:1"))).containsExactly(here("x:1", "[x:2, y:1]"));
        String id = store.images.resolve("x:1").id().toString();
        assertThat(loadedElsewhere(save(id))).containsExactly(here("x:1", "[]"));
        assertThat(loadedElsewhere(save(id.substring(7, 19)))).containsExactly(here("x:1", "[]"));
    }

    /** For programs that know only Docker's list of images. */
    @Test
    void theArchiveIsDockersToo() throws IOException {
        TestArchive docker = new TestArchive();
        TarReader reader = new TarReader(new ByteArrayInputStream(save("x:1", "z:1")));
        List<String> names = new ArrayList<>();
        for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            reader.content((_, bytes, start, length) -> content.write(bytes, start, length));
            String name = entry.get().path().toString();
            names.add(name);
            if (!name.endsWith("/") && !name.equals("oci-layout")) {
                docker.file(name, content.toByteArray());
            }
        }
        assertThat(names).contains("index.json", "manifest.json", "oci-layout").doesNotHaveDuplicates();

        try (TestStore other = new TestStore(directory.resolve("other"))) {
            assertThat(other.loader().load(docker.stream()))
                    .extracting(loaded -> loaded.image().id())
                    .containsExactly(
                            store.images.resolve("x:1").id(),
                            store.images.resolve("z:1").id());
            assertThat(other.names()).containsExactly("x:1", "z:1");
        }
    }

    @Test
    void theSameImagesAreTheSameBytes() {
        assertThat(Digest.of(save("x:1", "z:1"))).isEqualTo(Digest.of(save("x:1", "z:1")));
    }

    @Test
    void oneThatIsNotHereIsRefusedBeforeAnythingIsWritten() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageSaver saver = new ImageSaver(store.images, Optional.of(Platform.parse("linux/arm64")));

        assertThatThrownBy(() -> save("x:1", "nosuch")).hasMessageStartingWith("No such image: nosuch:latest");
        assertThatThrownBy(() -> saver.save(List.of("x:1"), out))
                .hasMessage("image x:1 is here, but not for the platform linux/arm64: it is for linux/amd64");
        assertThat(out.size()).isZero();
    }

    @Test
    void anImageOfAnotherPlatformIsLoadedOnlyIfAnyWillDo() {
        byte[] archive = save("x:1");
        try (TestStore other = new TestStore(directory.resolve("other"))) {
            ImageLoader arm = new ImageLoader(
                    other.images, io.whalebox.storage.UnpackLimits.DEFAULT, Platform.parse("linux/arm64"));
            assertThatThrownBy(() -> arm.onlyItsPlatform().load(new ByteArrayInputStream(archive)))
                    .hasMessageContaining("no image for linux/arm64, only for linux/amd64");
            assertThat(other.everything()).isEmpty();
            assertThat(arm.load(new ByteArrayInputStream(archive))).hasSize(1);
        }
    }
}
