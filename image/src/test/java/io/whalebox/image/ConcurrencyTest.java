package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConcurrencyTest {
    private static final byte[] BASE = TestArchive.layer("base", "base");
    private static final byte[] TOP = TestArchive.layer("top", "top");

    @TempDir
    Path directory;

    @Test
    void theSameImageMayBeLoadedBySeveralAtOnce() throws Exception {
        byte[] archive = TestArchive.docker("\"x:1\"", BASE, TOP).tar();
        Path file = Files.write(directory.resolve("archive"), archive);

        List<Image> loaded =
                together(6, store -> store.loader().load(file).getFirst().image());

        assertThat(loaded).hasSize(6).containsOnly(loaded.getFirst());
        try (TestStore store = new TestStore(directory.resolve("store"))) {
            store.verify();
            assertThat(store.names()).containsExactly("x:1");
            store.images.remove("x:1", false);
            assertThat(store.everything()).isEmpty();
        }
    }

    @Test
    void imagesThatShareLayersMayComeAndGoAtOnce() throws Exception {
        Path one = TestArchive.docker("\"one:1\"", BASE).writeTo(directory.resolve("one"));
        Path two = TestArchive.docker("\"two:1\"", BASE, TOP).writeTo(directory.resolve("two"));

        together(4, store -> {
            for (int i = 0; i < 5; i++) {
                Path archive = i % 2 == 0 ? one : two;
                Image image = store.loader().load(archive).getFirst().image();
                try (Lease lease = store.images.lease()) {
                    assertThat(lease).isNotNull();
                    store.images.list().forEach(listed -> store.read(listed.image()));
                }
                try {
                    store.images.remove(image.id().toString(), false);
                } catch (WhaleboxException e) {
                    // Another one was faster.
                    assertThat(e).hasMessageContaining("No such image");
                }
            }
            return 0;
        });

        try (TestStore store = new TestStore(directory.resolve("store"))) {
            store.images.sweep();
            store.verify();
        }
    }

    @Test
    void aLookUpReadsNoOtherNameThanItsOwn() throws IOException, InterruptedException {
        try (TestStore store = new TestStore(directory.resolve("store"))) {
            Image image = store.loader()
                    .load(TestArchive.docker("\"x:1\"", BASE).stream())
                    .getFirst()
                    .image();
            // Whoever looked at every name would wait here for ever.
            Path pipe = store.root.resolve("references").resolve("pipe");
            assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                    .isZero();

            Image found = assertTimeoutPreemptively(Duration.ofMinutes(1), () -> store.images.resolve("x:1"));

            assertThat(found).isEqualTo(image);
            assertThatThrownBy(() ->
                            assertTimeoutPreemptively(Duration.ofMinutes(1), () -> store.images.resolve("nosuch:1")))
                    .hasMessageStartingWith("No such image: nosuch:1");
        }
    }

    /** What each of several does with the store, opened by itself as another process would. */
    private interface Work<T> {
        T run(TestStore store) throws Exception;
    }

    private <T> List<T> together(int count, Work<T> work) throws InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                futures.add(threads.submit(() -> {
                    try (TestStore store = new TestStore(directory.resolve("store"))) {
                        return work.run(store);
                    }
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }
}
