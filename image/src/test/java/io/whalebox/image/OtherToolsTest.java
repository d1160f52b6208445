package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whalebox.storage.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other programs write is loaded, and has the id that they give it. */
class OtherToolsTest {
    private static final byte[] BASE = TestArchive.layer("etc/base", "base");
    private static final byte[] TOP = TestArchive.layer("etc/top", "top");

    @TempDir
    Path directory;

    private TestStore store;
    private Path original;

    @BeforeEach
    void open() throws IOException {
        store = new TestStore(directory.resolve("store"));
        original = TestArchive.docker("\"original:1\"", BASE, TOP).writeTo(directory.resolve("original.tar"));
    }

    @AfterEach
    void close() {
        store.verify();
        store.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docker-archive:PATH:box:1",
                "oci-archive:PATH:localhost/box:1",
                "oci:PATH:localhost/box:1",
                "--dest-compress-format zstd oci-archive:PATH:localhost/box:1",
                "--dest-oci-accept-uncompressed-layers oci:PATH:localhost/box:1",
                "--format v2s2 oci:PATH:localhost/box:1",
            })
    void skopeoCopies(String destination) throws IOException, InterruptedException {
        requireTool("skopeo");
        Path copy = directory.resolve("copy");
        List<String> command = Stream.concat(
                        Stream.of("skopeo", "--insecure-policy", "copy", "--quiet", "docker-archive:" + original),
                        Stream.of(destination.replace("PATH", copy.toString()).split(" ", -1)))
                .toList();
        assumeTrue(run(command), "this skopeo can't write " + destination);

        LoadedImage loaded = store.loader().load(copy).getFirst();

        assertThat(loaded.names()).singleElement().asString().endsWith("box:1");
        assertThat(loaded.image().layers()).containsExactly(Digest.of(BASE), Digest.of(TOP));
        assertThat(loaded.image().config().config().cmd()).containsExactly("sh");
        assertThat(store.images.layers(loaded.image()).getLast().directory().resolve("etc/top"))
                .hasContent("top");
        if (Files.isRegularFile(copy)) {
            assertThat(store.loader()
                            .load(Files.newInputStream(copy))
                            .getFirst()
                            .image())
                    .isEqualTo(loaded.image());
        }
    }

    @Test
    void umociMakesALayout() throws IOException, InterruptedException {
        requireTool("umoci");
        String layout = directory.resolve("layout").toString();
        Path file = Files.writeString(directory.resolve("file"), "from umoci");
        assertThat(run(List.of("umoci", "init", "--layout", layout))).isTrue();
        assertThat(run(List.of("umoci", "new", "--image", layout + ":latest"))).isTrue();
        assertThat(run(List.of("umoci", "insert", "--image", layout + ":latest", file.toString(), "/etc/file")))
                .isTrue();
        assertThat(run(List.of("umoci", "config", "--image", layout + ":latest", "--config.cmd", "hello")))
                .isTrue();

        Image image = store.loader().load(Path.of(layout)).getFirst().image();

        assertThat(image.config().config().cmd()).containsExactly("hello");
        assertThat(store.images.layers(image).getLast().directory().resolve("etc/file"))
                .hasContent("from umoci");
    }

    private static void requireTool(String name) throws IOException, InterruptedException {
        boolean installed = Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .anyMatch(path -> Files.isExecutable(Path.of(path, name)));
        assumeTrue(installed, name + " is not installed");
        assertThat(run(List.of(name, "--version"))).isTrue();
    }

    private static boolean run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        boolean done = process.waitFor() == 0;
        if (!done) {
            System.getLogger("io.whalebox.image")
                    .log(System.Logger.Level.INFO, String.join(" ", command) + ": " + output);
        }
        return done;
    }
}
