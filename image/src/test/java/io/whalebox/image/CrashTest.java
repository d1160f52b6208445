package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.whalebox.image.RootFsImport.Options;
import io.whalebox.storage.Layer;
import io.whalebox.storage.LayerDiff;
import io.whalebox.storage.UnpackLimits;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that adds images is killed: what is visible is whole, and the next sweep removes the rest. */
class CrashTest {
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void killedAtAnyMomentOfLoadingAndRemoving(int rounds) throws IOException, InterruptedException {
        Path archive =
                TestArchive.docker("\"a:1\",\"b:1\"", random(1), random(2)).writeTo(directory.resolve("archive"));
        Process process = start("load", archive);
        try (BufferedReader out = process.inputReader()) {
            // Each line is a round that is done, and the next one has begun.
            for (int i = 0; i < rounds; i++) {
                assertThat(out.readLine()).isEqualTo("done");
            }
            process.destroyForcibly().waitFor();
        }
        assertThatTheNextSweepTidies();
    }

    /** A commit on top of an image, a save of both, and a clean-up of all, over and over. */
    @ParameterizedTest
    @ValueSource(ints = {0, 5, 20, 60, 150})
    void killedAtAnyMomentOfCommittingSavingAndCleaningUp(int millis) throws IOException, InterruptedException {
        Path archive = TestArchive.docker("\"a:1\"", random(1)).writeTo(directory.resolve("archive"));
        Files.write(Files.createDirectory(directory.resolve("upper")).resolve("file"), new byte[1 << 20]);
        Process process = start("commit", archive);
        try (BufferedReader out = process.inputReader()) {
            assertThat(out.readLine()).isEqualTo("done");
            // Where it is by then is chance, and right wherever that is.
            process.waitFor(millis, TimeUnit.MILLISECONDS);
            process.destroyForcibly().waitFor();
        }
        assertThatTheNextSweepTidies();
    }

    @ParameterizedTest
    @ValueSource(ints = {100_000, 1_500_000})
    void killedInTheMiddleOfAStream(int bytes) throws IOException, InterruptedException {
        byte[] layer = random(3);
        Process process = start("import", Path.of("-"));
        try (OutputStream in = process.getOutputStream()) {
            // The pipe holds 64 KiB, so all but that much was taken in when this returns.
            in.write(layer, 0, bytes);
            in.flush();
            process.destroyForcibly().waitFor();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("pipe");
        }
        assertThatTheNextSweepTidies();
    }

    /** Neither a lock nor a file of the dead is in anyone's way. */
    private void assertThatTheNextSweepTidies() {
        try (TestStore store = new TestStore(directory.resolve("store"))) {
            store.verify();
            store.images.sweep();
            store.verify();
            for (String name : store.names()) {
                store.images.remove(name, false);
            }
            for (ListedImage left : store.images.list()) {
                store.images.remove(left.image().id().toString(), false);
            }
            assertThat(store.everything()).isEmpty();
        }
    }

    private Process start(String what, Path source) throws IOException {
        return new ProcessBuilder(List.of(
                        JAVA.toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Victim.class.getName(),
                        what,
                        directory.resolve("store").toString(),
                        source.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** A layer of two mebibytes that don't compress. */
    private static byte[] random(int seed) {
        byte[] content = new byte[2 << 20];
        new Random(seed).nextBytes(content);
        return new TestArchive().file("file", content).tar();
    }

    /** What is killed. */
    static final class Victim {
        private Victim() {}

        public static void main(String[] arguments) throws IOException {
            try (TestStore store = new TestStore(Path.of(arguments[1]))) {
                if (arguments[0].equals("import")) {
                    new RootFsImport(store.images, UnpackLimits.DEFAULT)
                            .importFrom(System.in, Options.of(Optional.of(Reference.parse("imported"))));
                    return;
                }
                while (arguments[0].equals("commit")) {
                    Image base = store.loader()
                            .load(Path.of(arguments[2]))
                            .getFirst()
                            .image();
                    commit(store, base, StoreDirectory.of(Path.of(arguments[2])).resolve("upper"));
                    new ImageSaver(store.images, Optional.empty())
                            .save(List.of("a:1", "b:1"), OutputStream.nullOutputStream());
                    store.images.prune(_ -> true);
                    System.out.write("done\n".getBytes(StandardCharsets.US_ASCII));
                    System.out.flush();
                }
                while (true) {
                    try (InputStream in = Files.newInputStream(Path.of(arguments[2]))) {
                        store.loader().load(in);
                    }
                    store.images.remove("a:1", false);
                    store.images.remove("b:1", false);
                    System.out.write("done\n".getBytes(StandardCharsets.US_ASCII));
                    System.out.flush();
                }
            }
        }

        private static void commit(TestStore store, Image base, Path upper) {
            List<Path> lower = store.images.layers(base).reversed().stream()
                    .map(Layer::directory)
                    .toList();
            new ImageCommit(store.images, UnpackLimits.DEFAULT)
                    .commit(
                            base,
                            new LayerDiff(upper, lower, Set.of()),
                            new ImageCommit.Options(
                                    Optional.of(Reference.parse("b:1")),
                                    base.config().config(),
                                    "touch",
                                    List.of(),
                                    Optional.empty(),
                                    Optional.empty(),
                                    Instant.now()));
        }
    }
}
