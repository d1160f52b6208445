package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code rmi} does, and prints, as Docker does. */
class RemovalTest {
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
    void theLastNameTakesTheImageAndItsLayersWithIt() {
        Image image = load("\"x:1\"", BASE, TOP);

        assertThat(remove("x:1", false))
                .containsExactly(
                        "Untagged: x:1",
                        "Deleted: " + image.id(),
                        "Deleted: " + ImageConfig.chainIds(image.layers()).getLast(),
                        "Deleted: " + Digest.of(BASE));
        assertThat(store.everything()).isEmpty();
        assertThatThrownBy(() -> remove("x:1", false)).hasMessageStartingWith("No such image: x:1");
    }

    @Test
    void anotherNameKeepsIt() {
        Image image = load("\"x:1\",\"y:1\"", BASE);

        assertThat(remove("x:1", false)).containsExactly("Untagged: x:1");
        assertThat(store.images.resolve("y:1")).isEqualTo(image);
    }

    @Test
    void layersThatAnotherImageHasStay() {
        Image one = load("\"one:1\"", BASE);
        Image two = load("\"two:1\"", BASE, TOP);

        assertThat(remove("two:1", false))
                .containsExactly(
                        "Untagged: two:1",
                        "Deleted: " + two.id(),
                        "Deleted: " + ImageConfig.chainIds(two.layers()).getLast());
        assertThat(store.images.layers(one)).hasSize(1);
        assertThat(store.layers.list()).containsExactly(Digest.of(BASE));
    }

    @Test
    void anIdTakesItsOnlyNameAndRefusesSeveral() {
        Image image = load("\"x:1\"", BASE);
        assertThat(remove(image.id().shortId(), false)).startsWith("Untagged: x:1", "Deleted: " + image.id());

        Image again = load("\"x:1\",\"y:1\"", BASE);
        String id = again.id().shortId();
        assertConflict(
                id,
                false,
                "conflict: unable to delete " + id + " (must be forced) - image is referenced in multiple"
                        + " repositories");
        assertThat(remove(id, true)).startsWith("Untagged: x:1", "Untagged: y:1", "Deleted: " + again.id());
    }

    @Test
    void aStoppedContainerKeepsItsImageUntilForceIsUsed() {
        Image image = load("\"x:1\"", BASE);
        String id = image.id().shortId();
        store.container(CONTAINER, image, false);

        assertConflict(
                "x:1",
                false,
                "conflict: unable to remove repository reference \"x:1\" (must force) - container 0123456789ab is using"
                        + " its referenced image " + id);
        assertConflict(
                id,
                false,
                "conflict: unable to delete " + id + " (must be forced) - image is being used by stopped container"
                        + " 0123456789ab");

        // The layer is the container's still.
        assertThat(remove("x:1", true)).containsExactly("Untagged: x:1", "Deleted: " + image.id());
        assertThat(store.layers.list()).containsExactly(Digest.of(BASE));
        store.containers.clear();
        load("\"other:1\"", TOP);
        remove("other:1", false);
        assertThat(store.layers.list()).isEmpty();
    }

    @Test
    void aRunningContainerKeepsItsImageButNotByForceItsName() {
        Image image = load("\"x:1\"", BASE);
        String id = image.id().shortId();
        store.container(CONTAINER, image, true);

        assertConflict(
                id,
                true,
                "conflict: unable to delete " + id + " (cannot be forced) - image is being used by running container"
                        + " 0123456789ab");
        assertThat(remove("x:1", true)).containsExactly("Untagged: x:1");
        assertThat(store.images.resolve(id)).isEqualTo(image);
    }

    @Test
    void ofSeveralNamesOneGoesWhateverUsesTheImage() {
        Image image = load("\"x:1\",\"y:1\"", BASE);
        store.container(CONTAINER, image, true);

        assertThat(remove("y:1", false)).containsExactly("Untagged: y:1");
    }

    /** As after a pull, which names an image by its tag and by its digest. */
    @Test
    void theLastTagOfARepositoryTakesItsDigestsWithIt() {
        Image image = load("\"x:1\",\"x:2\"", BASE);
        Reference pinned = Reference.parse("x@" + image.manifest().digest());
        try (Lease lease = store.images.lease()) {
            store.images.publish(lease, image, List.of(pinned));
        }

        assertThat(remove("x:1", false)).containsExactly("Untagged: x:1");
        assertThat(remove("x:2", false))
                .containsExactly(
                        "Untagged: x:2",
                        "Untagged: " + pinned,
                        "Deleted: " + image.id(),
                        "Deleted: " + Digest.of(BASE));
    }

    @Test
    void aDigestTakesAllNamesThatItsRepositoryGaveTheImage() {
        Image image = load("\"x:1\",\"y:1\"", BASE);

        assertThat(remove("x@" + image.manifest().digest(), false)).containsExactly("Untagged: x:1");
        assertThat(store.names()).containsExactly("y:1");
    }

    @Test
    void aCleanUpTakesWhatIsUnwantedAndUnusedAndTellsWhatThatFrees() {
        Image kept = load("\"kept:1\"", BASE);
        Image used = load("\"used:1\"", BASE, TestArchive.layer("used", "12345"));
        Image gone = load("\"gone:1\",\"gone:2\"", BASE, TOP, TestArchive.layer("more", "1234567"));
        store.container(CONTAINER, used, false);

        Pruned pruned = store.images.prune(listed -> !listed.image().id().equals(kept.id()));

        List<Digest> chains = ImageConfig.chainIds(gone.layers());
        assertThat(pruned.removed().stream().map(Object::toString))
                .containsExactly(
                        "Untagged: gone:1",
                        "Untagged: gone:2",
                        "Deleted: " + gone.id(),
                        "Deleted: " + chains.get(2),
                        "Deleted: " + chains.get(1));
        assertThat(pruned.bytes()).isEqualTo("top".length() + "1234567".length());
        assertThat(store.names()).containsExactly("kept:1", "used:1");
        assertThat(store.layers.list()).hasSize(2);
        assertThat(store.images.prune(_ -> false)).isEqualTo(new Pruned(List.of(), 0));
    }

    @Test
    void layersThatSeveralUnwantedImagesShareAreFreedOnce() {
        load("\"a:1\"", BASE);
        load("\"b:1\"", BASE, TOP);

        Pruned pruned = store.images.prune(_ -> true);

        assertThat(pruned.bytes()).isEqualTo("base".length() + "top".length());
        assertThat(pruned.removed().stream().map(Object::toString).filter(line -> line.startsWith("Deleted")))
                .hasSize(4)
                .doesNotHaveDuplicates();
        assertThat(store.everything()).isEmpty();
    }

    private void assertConflict(String name, boolean force, String message) {
        List<String> before = store.everything();
        assertThatThrownBy(() -> remove(name, force))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT))
                .hasMessage(message);
        assertThat(store.everything()).isEqualTo(before);
    }

    private List<String> remove(String name, boolean force) {
        return store.images.remove(name, force).stream().map(Object::toString).toList();
    }

    private Image load(String tags, byte[]... layers) {
        return store.loader()
                .load(TestArchive.docker(tags, layers).stream())
                .getFirst()
                .image();
    }
}
