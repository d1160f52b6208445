package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.whalebox.image.Offered.PackedManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store of many images costs, counted in read(2) calls of this thread, which don't depend on the machine. */
class ManyImagesTest {
    private static final Path COUNTERS = Path.of("/proc/thread-self/io");

    @TempDir
    Path directory;

    @Test
    void findingOneCostsTheSameHoweverManyThereAreAndListingGrowsNoFasterThanTheirNumber() {
        try (TestStore store = new TestStore(directory)) {
            Image base = store.loader()
                    .load(TestArchive.docker("\"base:1\"", TestArchive.layer("a", "a")).stream())
                    .getFirst()
                    .image();
            more(store, base, 1, 20);
            long findFew = reads(() -> store.images.resolve("image:7"));
            long findFewById = reads(() -> store.images.resolve(base.id().shortId()));
            long listFew = reads(store.images::list);

            more(store, base, 20, 400);

            assertThat(reads(() -> store.images.resolve("image:7"))).isLessThanOrEqualTo(findFew);
            assertThat(reads(() -> store.images.resolve(base.id().shortId()))).isLessThanOrEqualTo(findFewById);
            assertThat(store.images.list()).hasSize(400);
            // Twenty times as many: what is shared is read once, and so it stays below that.
            assertThat(reads(store.images::list)).isLessThanOrEqualTo(20 * listFew);
        }
    }

    /** Images with the same layer and different histories. */
    private static void more(TestStore store, Image base, int from, int to) {
        List<Descriptor> layers =
                store.images.content().manifest(base.manifest()).layers();
        for (int i = from; i < to; i++) {
            ImageConfig config = base.config();
            Blob document = new Blob(new ImageConfig(
                            config.architecture(),
                            Optional.of("number " + i),
                            config.config(),
                            config.created(),
                            config.author(),
                            config.history(),
                            config.os(),
                            config.rootfs(),
                            config.variant())
                    .toJson());
            Reference name = Reference.parse("image:" + i);
            store.images.adding(
                    "make an image",
                    lease -> store.images.publish(
                            lease,
                            store.images.add(lease, document, PackedManifest.of(document, layers)),
                            List.of(name)));
        }
    }

    private static long reads(Runnable action) {
        // Once before, so that no class is loaded while it counts.
        action.run();
        long before = reads();
        action.run();
        return reads() - before;
    }

    private static long reads() {
        try {
            return Files.readAllLines(COUNTERS).stream()
                    .filter(line -> line.startsWith("syscr: "))
                    .mapToLong(line -> Long.parseLong(line.substring("syscr: ".length())))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
