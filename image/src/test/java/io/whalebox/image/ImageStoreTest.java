package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageStoreTest {
    private static final byte[] BASE = TestArchive.layer("base", "base");
    private static final byte[] TOP = TestArchive.layer("top", "top");
    private static final String CONTAINER = "0123456789abcdef".repeat(4);

    @TempDir
    Path directory;

    private TestStore store;

    @BeforeEach
    void open() {
        store = new TestStore(directory);
    }

    @AfterEach
    void close() {
        store.verify();
        store.close();
    }

    @Test
    void anImageIsFoundByEachOfItsNamesAndIds() {
        Image image = load("\"x:1\"", BASE);
        store.images.tag(image, Reference.parse("localhost:5000/y"));

        for (String name : List.of(
                "x:1",
                "docker.io/library/x:1",
                "localhost:5000/y:latest",
                image.id().toString(),
                image.id().hex(),
                image.id().shortId(),
                "sha256:" + image.id().shortId(),
                "x@" + image.manifest().digest(),
                "x:whatever@" + image.manifest().digest())) {
            assertThat(store.images.resolve(name)).as(name).isEqualTo(image);
        }
        assertThat(store.images.find(Reference.parse("x:1"))).hasValue(image);
        assertThat(store.images.find(Reference.parse("x:2"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nosuch",
                "localhost/nosuch:1",
                "abcdef0123",
                "sha256:abcdef0123",
                "x@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            })
    void whatIsNotThereIsSaidAsDockerDoes(String name) {
        load("\"x:1\"", BASE);

        assertThatThrownBy(() -> store.images.resolve(name))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND))
                .hasMessageStartingWith("No such image: " + Reference.parse(name));
    }

    @Test
    void aFullIdThatIsNotThereIsSaidToo() {
        Digest none = Digest.of(new byte[0]);

        assertThatThrownBy(() -> store.images.resolve(none.toString()))
                .hasMessageStartingWith("No such image: " + none);
        assertThatThrownBy(() -> store.images.resolve(none.hex()))
                .hasMessageStartingWith("No such image: " + none.hex());
    }

    @Test
    void aPrefixOfSeveralIdsIsAmbiguous() {
        // Of seventeen ids two begin with the same digit.
        for (int i = 0; i < 17; i++) {
            load("", TestArchive.layer("file", "number " + i));
        }
        List<String> firstDigits = store.images.list().stream()
                .map(listed -> listed.image().id().hex().substring(0, 1))
                .toList();
        String common = firstDigits.stream()
                .filter(digit -> firstDigits.indexOf(digit) != firstDigits.lastIndexOf(digit))
                .findFirst()
                .orElseThrow();

        assertThatThrownBy(() -> store.images.resolve(common))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID))
                .hasMessageStartingWith("multiple IDs found with provided prefix: " + common);
    }

    @Test
    void aNameComesBeforeAnIdThatBeginsSo() {
        Image first = load("", BASE);
        String prefix = first.id().hex().substring(0, 6);
        Image second = load("\"" + prefix + "\"", TOP);

        assertThat(store.images.resolve(prefix)).isEqualTo(second);
    }

    @Test
    void tagsNameAndRenameImages() {
        Image one = load("\"one:1\"", BASE);
        Image two = load("\"two:1\"", TOP);

        store.images.tag(one, Reference.parse("two:1"));

        assertThat(store.images.resolve("two:1")).isEqualTo(one);
        assertThat(store.images.resolve(two.id().hex())).isEqualTo(two);
        assertThat(store.images.list())
                .filteredOn(listed -> listed.names().isEmpty())
                .extracting(ListedImage::image)
                .containsExactly(two);
        assertThatThrownBy(() -> store.images.tag(one, Reference.parse("x@" + one.id())))
                .hasMessage("refusing to create a tag with a digest reference");
    }

    @Test
    void namesOfTheGreatestLengthAreKept() {
        Image image = load("", BASE);
        Reference name =
                Reference.parse("a".repeat(63) + ".example.com:5000/" + "b".repeat(255) + ":" + "c".repeat(128));
        store.images.tag(image, name);

        assertThat(store.images.resolve(name.full())).isEqualTo(image);
        assertThat(store.names()).containsExactly(name.full());
        store.images.remove(name.full(), false);
        assertThat(store.names()).isEmpty();
    }

    @Test
    void theListTellsTheSizeOfAllFiles() {
        load("\"x:1\"", BASE, TOP);

        assertThat(store.images.list())
                .singleElement()
                .satisfies(listed -> assertThat(listed.size()).isEqualTo(7));
    }

    @Test
    void theStoreIsClosedToOtherUsers() throws IOException {
        load("\"x:1\"", BASE);

        for (String part : List.of("content", "content/blobs/sha256", "images/sha256", "references", "snapshots")) {
            assertThat(Files.getPosixFilePermissions(directory.resolve(part)))
                    .as(part)
                    .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        }
    }

    @Test
    void aDamagedImageIsLeftOutOfTheListAndCanBeRemoved() throws IOException {
        Image good = load("\"good:1\"", BASE);
        Image bad = load("\"bad:1\"", TOP);
        Files.writeString(directory.resolve("content/blobs/sha256/" + bad.id().hex()), "{}");

        assertThat(store.images.list()).extracting(ListedImage::image).containsExactly(good);
        assertThatThrownBy(() -> store.images.resolve("bad:1"))
                .hasMessageContaining("is damaged")
                .hasMessageContaining("remove the image and load it again");
        assertThat(store.images.remove("bad:1", false))
                .extracting(Object::toString)
                .containsExactly("Untagged: bad:1", "Deleted: " + bad.id());
        assertThat(load("\"bad:1\"", TOP)).isEqualTo(bad);
    }

    @Test
    void whatAContainerIsAboutToUseStaysWhileALeaseIsHeld() {
        Image image = load("\"x:1\"", BASE);
        try (Lease lease = store.images.lease()) {
            assertThat(lease).isNotNull();
            store.images.remove("x:1", false);

            assertThat(store.layers.find(image.layers().getFirst())).isPresent();
            store.container(CONTAINER, image, false);
        }
        store.images.sweep();

        assertThat(store.layers.find(image.layers().getFirst())).isPresent();
        store.containers.clear();
    }

    private Image load(String tags, byte[]... layers) {
        return store.loader()
                .load(TestArchive.docker(tags, layers).stream())
                .getFirst()
                .image();
    }
}
