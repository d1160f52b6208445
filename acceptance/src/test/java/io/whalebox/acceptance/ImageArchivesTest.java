package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images that are saved here are the same elsewhere, and those that others save are the same here. */
@EndToEnd
class ImageArchivesTest {
    private static final Whalebox WHALEBOX = Whalebox.withStoreOfItsOwn();

    @TempDir
    Path directory;

    @BeforeAll
    static void load() {
        WHALEBOX.command("load")
                .input(new ImageArchive("team/app:1")
                        .shell()
                        .layer(new TarArchive().file("fourteen", "fourteen bytes"))
                        .bytes())
                .run()
                .successful();
        WHALEBOX.command("tag", "team/app:1", "team/app:2").run().successful();
    }

    @AfterAll
    static void remove() {
        WHALEBOX.close();
    }

    private static String id() {
        return id(WHALEBOX, "team/app:1");
    }

    private static String id(Whalebox whalebox, String name) {
        return whalebox.command("inspect", "-f", "{{.Id}}", name)
                .run()
                .successful()
                .text()
                .strip();
    }

    private static String layers(Whalebox whalebox, String name) {
        return whalebox.command("inspect", "-f", "{{.RootFS.Layers}}", name)
                .run()
                .successful()
                .text();
    }

    private static void requireTool(String name) {
        assumeTrue(
                Stream.of("/usr/bin", "/usr/sbin", "/usr/local/bin")
                        .anyMatch(path -> Files.isExecutable(Path.of(path, name))),
                name + " is not installed");
    }

    @Test
    void whatIsSavedIsTheSameInAnotherStore() {
        Path file = directory.resolve("saved.tar");
        WHALEBOX.command("save", "-o", file.toString(), "team/app:1").run().successful();
        byte[] piped = WHALEBOX.command("save", "team/app:1").run().successful().output();
        assertThat(file).hasBinaryContent(piped);
        try (Whalebox other = Whalebox.withStoreOfItsOwn()) {
            assertThat(other.command("load", "-i", file.toString())
                            .run()
                            .successful()
                            .text())
                    .isEqualTo("Loaded image: team/app:1\n");
            assertThat(id(other, "team/app:1")).isEqualTo(id());
            assertThat(other.command("load", "-q")
                            .input(piped)
                            .run()
                            .successful()
                            .text())
                    .isEmpty();
            other.command("load", "--platform", "linux/s390x", "-i", file.toString())
                    .run()
                    .refused(1, "no image for linux/s390x");
        }
    }

    @Test
    void aNameWithoutATagSavesAllItsTags() {
        Path file = directory.resolve("all.tar");
        WHALEBOX.command("save", "-o", file.toString(), "team/app").run().successful();

        try (Whalebox other = Whalebox.withStoreOfItsOwn()) {
            other.command("load", "-q", "-i", file.toString()).run().successful();
            assertThat(id(other, "team/app:1")).isEqualTo(id());
            assertThat(id(other, "team/app:2")).isEqualTo(id());
        }
    }

    @Test
    void aFileIsWrittenWholeOrStaysAsItWas() throws IOException {
        Path kept = Files.writeString(directory.resolve("kept"), "as it was");

        WHALEBOX.command("save", "-o", kept.toString(), "nosuch").run().refused(1, "No such image: nosuch:latest");
        assertThat(kept).hasContent("as it was");
        WHALEBOX.command("save", "-o", directory.resolve("no/such").toString(), "team/app")
                .run()
                .refused(1, "invalid output path: directory", "does not exist");
        WHALEBOX.command("save", "-o", directory.toString(), "team/app").run().refused(1, "is a directory");
        WHALEBOX.command("save", "-o", "/dev/full", "team/app")
                .run()
                .refused(1, "cannot write to /dev/full: no space left on device");
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactly(kept);
        }
    }

    @ParameterizedTest
    @CsvSource({"save team/app", "images", "--help", "inspect team/app:1"})
    void standardOutputThatIsFullIsToldOf(String command) {
        WHALEBOX.command(command.split(" ", -1))
                .outputTo(Path.of("/dev/full"))
                .run()
                .refused(1, "whalebox: cannot write to standard output: no space left on device");
    }

    @Test
    void aTerminalIsNotFilledWithAnArchive() {
        requireTool("script");
        Command typed = Command.of(
                        "script",
                        "-qec",
                        String.join(" ", WHALEBOX.command("save", "team/app").words()),
                        "/dev/null")
                .environment("WHALEBOX_ROOT", WHALEBOX.store().toString())
                .environment("WHALEBOX_RUN", WHALEBOX.runDirectory().toString());
        assertThat(typed.run().endedWith(1).text()).contains("cowardly refusing to save to a terminal");
    }

    @ParameterizedTest
    @CsvSource({"docker-archive:%s:team/app:1", "oci-archive:%s:docker.io/team/app:1"})
    void skopeoReadsBothFormsOfWhatIsSaved(String source) {
        requireTool("skopeo");
        Path file = directory.resolve("saved.tar");
        WHALEBOX.command("save", "-o", file.toString(), "team/app:1").run().successful();
        Path copy = directory.resolve("copy");
        String from = source.startsWith("oci") ? "oci-archive:" + file : source.formatted(file);

        Command.of("skopeo", "--insecure-policy", "copy", "-q", from, "dir:" + copy)
                .run()
                .successful();
        assertThat(copy.resolve(id().substring("sha256:".length()))).exists();

        Path back = directory.resolve("back.tar");
        Command.of("skopeo", "--insecure-policy", "copy", "-q", from, "docker-archive:" + back + ":back:1")
                .run()
                .successful();
        try (Whalebox other = Whalebox.withStoreOfItsOwn()) {
            other.command("load", "-i", back.toString()).run().successful();
            assertThat(id(other, "back:1")).isEqualTo(id());
        }
    }

    @Test
    void podmanLoadsWhatIsSavedAndSavesWhatIsLoaded() {
        requireTool("podman");
        Path file = directory.resolve("saved.tar");
        WHALEBOX.command("save", "-o", file.toString(), "team/app").run().successful();
        List<String> podman = List.of(
                "podman",
                "--root",
                directory.resolve("podman").toString(),
                "--runroot",
                directory.resolve("podman-run").toString(),
                "--storage-driver",
                "vfs");

        // Which is how it calls what an archive names without a registry.
        Command.of(with(podman, "load", "-q", "-i", file.toString())).run().successful();
        assertThat(Command.of(with(podman, "inspect", "-f", "{{.Id}}", "localhost/team/app:2"))
                        .run()
                        .successful()
                        .text()
                        .strip())
                .isEqualTo(id().substring("sha256:".length()));
        for (String format : List.of("docker-archive", "oci-archive")) {
            Path back = directory.resolve(format);
            Command.of(with(podman, "save", "-q", "--format", format, "-o", back.toString(), "localhost/team/app:1"))
                    .run()
                    .successful();
            try (Whalebox other = Whalebox.withStoreOfItsOwn()) {
                other.command("load", "-i", back.toString()).run().successful();
                // Of the configuration podman makes another one, so only the layers have to be the same.
                assertThat(layers(other, "localhost/team/app:1")).isEqualTo(layers(WHALEBOX, "team/app:1"));
            }
        }
        Command.of("rm", "-rf", directory.resolve("podman").toString()).run();
    }

    /** With a daemon of its own, which touches nothing of the machine's network. */
    @Test
    void dockerLoadsWhatIsSavedAndSavesWhatIsLoaded() {
        requireTool("docker");
        requireTool("dockerd");
        Path file = directory.resolve("saved.tar");
        WHALEBOX.command("save", "-o", file.toString(), "team/app").run().successful();
        String socket = "unix://" + directory.resolve("docker.sock");
        try (Command.Running daemon = Command.of(
                        "bash",
                        "-c",
                        "exec dockerd \"$@\" 2>&1",
                        "bash",
                        "-H",
                        socket,
                        "--data-root",
                        directory.resolve("docker").toString(),
                        "--exec-root",
                        directory.resolve("docker-run").toString(),
                        "--pidfile",
                        directory.resolve("docker.pid").toString(),
                        "--iptables=false",
                        "--ip6tables=false",
                        "--bridge=none",
                        "--storage-driver=vfs")
                .start()) {
            try {
                daemon.await("API listen on");
            } catch (AssertionError e) {
                assumeTrue(false, "no Docker daemon starts here: " + e.getMessage());
            }
            try {
                Command.of("docker", "-H", socket, "load", "-q", "-i", file.toString())
                        .run()
                        .successful();
                assertThat(Command.of("docker", "-H", socket, "inspect", "-f", "{{.Id}}", "team/app:2")
                                .run()
                                .successful()
                                .text()
                                .strip())
                        .isEqualTo(id());
                byte[] back = Command.of("docker", "-H", socket, "save", "team/app:1")
                        .run()
                        .successful()
                        .output();
                try (Whalebox other = Whalebox.withStoreOfItsOwn()) {
                    other.command("load").input(back).run().successful();
                    assertThat(id(other, "team/app:1")).isEqualTo(id());
                }
            } finally {
                daemon.signal("TERM");
                daemon.end();
            }
        }
    }

    private static List<String> with(List<String> command, String... more) {
        return Stream.concat(command.stream(), Stream.of(more)).toList();
    }

    @Test
    void aDirectoryIsNotImportedAndItIsSaidWhatToDo() {
        WHALEBOX.command("image", "import", directory.toString())
                .run()
                .refused(1, "it is a directory", "tar -C " + directory + " -c . | whalebox image import - NAME");
    }
}
