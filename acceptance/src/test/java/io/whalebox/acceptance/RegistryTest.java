package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that talk to registries, against the reference implementation. */
@EndToEnd
class RegistryTest {
    @TempDir
    Path directory;

    private LocalRegistry registry;
    private Whalebox whalebox;

    @BeforeEach
    void start() {
        registry = new LocalRegistry(directory.resolve("registry"), false);
        whalebox = Whalebox.withStoreOfItsOwn();
    }

    @AfterEach
    void stop() {
        whalebox.close();
        registry.close();
    }

    /** Layers that don't compress, so that they take a while. */
    private static ImageArchive image(String tag, int layers, int mebibytes) {
        ImageArchive image = new ImageArchive(tag).shell();
        for (int layer = 1; layer <= layers; layer++) {
            byte[] content = new byte[mebibytes << 20];
            new Random(layer).nextBytes(content);
            image.layer(new TarArchive().file("layer-" + layer, content, 0644));
        }
        return image;
    }

    private Command pull(String name) {
        return whalebox.command("pull", registry.name(name));
    }

    @Test
    void pullPrintsWhatDockerPrints() {
        registry.put(image("x:latest", 1, 1), "some/x:latest");
        String digest = registry.digest("some/x:latest");

        String[] lines = pull("some/x").run().successful().text().split("\n", -1);

        assertThat(lines[0]).isEqualTo("Using default tag: latest");
        assertThat(lines[1]).isEqualTo("latest: Pulling from some/x");
        assertThat(lines)
                .filteredOn(line -> line.matches("[0-9a-f]{12}: Pulling fs layer"))
                .hasSize(2);
        assertThat(lines)
                .filteredOn(line -> line.matches("[0-9a-f]{12}: Pull complete"))
                .hasSize(2);
        assertThat(Stream.of(lines).skip(lines.length - 4))
                .containsExactly(
                        "Digest: " + digest,
                        "Status: Downloaded newer image for " + registry.name("some/x:latest"),
                        registry.name("some/x:latest"),
                        "");
        assertThat(pull("some/x").run().successful().text())
                .isEqualTo("Using default tag: latest\nlatest: Pulling from some/x\nDigest: " + digest
                        + "\nStatus: Image is up to date for " + registry.name("some/x:latest") + "\n"
                        + registry.name("some/x:latest") + "\n");
        assertThat(whalebox.command("pull", "-q", registry.name("some/x"))
                        .run()
                        .successful()
                        .text())
                .isEqualTo(registry.name("some/x:latest") + "\n");
    }

    @Test
    void runPullsWhatIsMissing() {
        registry.put(image("x:1", 0, 0), "x:1");
        String name = registry.name("x:1");

        whalebox.run("--pull", "never", name, "true").endedWith(125);
        Command.Result first = whalebox.run(name, "sh", "-c", "echo hello").successful();

        assertThat(first.text()).isEqualTo("hello\n");
        assertThat(first.complaint())
                .startsWith("Unable to find image '" + name + "' locally\n1: Pulling from x\n")
                .contains("Status: Downloaded newer image for " + name);
        assertThat(whalebox.run(name, "true").successful().complaint()).isEmpty();
        assertThat(whalebox.run("--pull", "always", name, "true").successful().complaint())
                .contains("Status: Image is up to date for " + name);
        assertThat(whalebox.run("--pull", "always", "-q", name, "true")
                        .successful()
                        .complaint())
                .isEmpty();
    }

    @Test
    void whatCannotBePulledIsOneLine() {
        registry.put(image("x:1", 0, 0), "x:1");

        pull("x:nope")
                .run()
                .refused(
                        1,
                        "manifest for " + registry.name("x:nope") + " not found: manifest unknown: manifest unknown");
        whalebox.command("pull", "-q", "127.0.0.1:1/x").run().refused(1, "cannot reach the registry at 127.0.0.1:1");
        whalebox.command("pull", "-q", "--platform", "linux/s390x", registry.name("x:1"))
                .run()
                .refused(1, "it is for linux/amd64 only, not for linux/s390x");
        assertThat(whalebox.command("images", "-q").run().successful().text()).isEmpty();
    }

    @Test
    void whatIsPushedOthersCanPull() {
        whalebox.run("busybox", "true").successful();
        whalebox.command("tag", "busybox", registry.name("mine:2")).run().successful();

        String said = whalebox.command("push", registry.name("mine:2"))
                .run()
                .successful()
                .text();

        assertThat(said)
                .startsWith("The push refers to repository [" + registry.name("mine") + "]\n")
                .contains(": Pushed\n")
                .contains("2: digest: " + registry.digest("mine:2") + " size: ");
        assertThat(whalebox.command("push", registry.name("mine:2"))
                        .run()
                        .successful()
                        .text())
                .contains(": Layer already exists\n");
        Command.of(
                        "skopeo",
                        "--insecure-policy",
                        "copy",
                        "--quiet",
                        "--src-tls-verify=false",
                        "docker://" + registry.name("mine:2"),
                        "oci:" + directory.resolve("copy") + ":x")
                .run()
                .successful();
        assertThat(whalebox.command("search", registry.name("min"))
                        .run()
                        .successful()
                        .text())
                .contains(registry.name("mine"));
        assertThat(whalebox.command("manifest", "inspect", registry.name("mine:2"))
                        .run()
                        .successful()
                        .text())
                .contains("\"schemaVersion\": 2");
    }

    @Test
    void aPasswordIsKeptForItsOwnerAlone() throws IOException {
        try (LocalRegistry closed = new LocalRegistry(directory.resolve("closed"), true)) {
            Path docker = directory.resolve("docker");
            whalebox.command("login", "-u", LocalRegistry.USER, "--password-stdin", closed.host())
                    .environment("DOCKER_CONFIG", docker.toString())
                    .input("wrong\n")
                    .run()
                    .refused(1, "incorrect username or password");
            assertThat(docker).doesNotExist();

            whalebox.command("login", "-u", LocalRegistry.USER, "--password-stdin", closed.host())
                    .environment("DOCKER_CONFIG", docker.toString())
                    .input(LocalRegistry.PASSWORD + "\n")
                    .run()
                    .successful();
            assertThat(Command.of(
                                    "stat",
                                    "-c",
                                    "%a",
                                    docker.resolve("config.json").toString())
                            .run()
                            .text())
                    .isEqualTo("600\n");
            whalebox.run("busybox", "true").successful();
            whalebox.command("tag", "busybox", closed.name("x:1")).run().successful();
            whalebox.command("push", "-q", closed.name("x:1")).run().refused(1, "may require 'whalebox login'");
            whalebox.command("push", "-q", closed.name("x:1"))
                    .environment("DOCKER_CONFIG", docker.toString())
                    .run()
                    .successful();
            whalebox.command("logout", closed.host())
                    .environment("DOCKER_CONFIG", docker.toString())
                    .run()
                    .successful();
            assertThat(Files.readString(docker.resolve("config.json"))).doesNotContain(closed.host());
        }
    }

    /** Whatever was printed last, what is visible is whole, and the next pull finishes the work. */
    @ParameterizedTest
    @ValueSource(strings = {"Pulling from", "Pulling fs layer", "Download complete", "Pull complete", "Digest:"})
    void aPullThatIsKilledLeavesNothingHalf(String moment) {
        registry.put(image("x:1", 3, 4), "x:1");
        Command command = pull("x:1");
        try (Command.Running running = command.start()) {
            running.await(moment);
            // The one that the shell knows is only the client; its child does the work, if it is not over yet.
            ProcessHandle.of(running.pid()).stream()
                    .flatMap(ProcessHandle::children)
                    .forEach(ProcessHandle::destroyForcibly);
            assertThat(running.end().status()).isIn(125, 0);
        }

        String visible = whalebox.command("images", "-q").run().successful().text();
        if (!visible.isEmpty()) {
            whalebox.run("--pull", "never", registry.name("x:1"), "cat", "/layer-3")
                    .successful();
        }
        pull("x:1").run().successful();
        assertThat(whalebox.run(registry.name("x:1"), "sh", "-c", "wc -c </layer-1")
                        .successful()
                        .text()
                        .strip())
                .isEqualTo(Integer.toString(4 << 20));
        assertThat(whalebox.store().resolve("content/partial")).isEmptyDirectory();
        whalebox.command("rmi", registry.name("x:1")).run().successful();
        assertThat(whalebox.store().resolve("content/blobs/sha256")).isEmptyDirectory();
        assertThat(whalebox.store().resolve("content/ingest")).isEmptyDirectory();
        assertThat(whalebox.store().resolve("snapshots/sha256")).isEmptyDirectory();
        assertThat(whalebox.store().resolve("snapshots/work")).isEmptyDirectory();
    }

    /** By Ctrl-C, whoever does the work: a process of the command's own, or the engine that stays. */
    @ParameterizedTest
    @ValueSource(strings = {"off", "on"})
    void aPullThatIsInterruptedGoesOn(String engine) {
        registry.put(image("x:1", 3, 24), "x:1");
        Command pull = pull("x:1").environment("WHALEBOX_ENGINE", engine);
        try (Command.Running running = pull.through("env", "--default-signal").start()) {
            running.await("Pulling fs layer");
            running.signal("INT");
            // 130 from a shell.
            assertThat(running.end().status()).isEqualTo(130);
        }

        pull.run().successful();

        whalebox.command("run", "--rm", "--pull", "never", registry.name("x:1"), "true")
                .environment("WHALEBOX_ENGINE", engine)
                .run()
                .successful();
        whalebox.command("engine", "stop")
                .environment("WHALEBOX_ENGINE", engine)
                .run();
    }

    /** The disk is a file system in memory that only the command sees. */
    @Test
    void aFullDiskIsSaidToBeAndLeavesNothing() {
        registry.put(image("x:1", 2, 8), "x:1");
        String store = whalebox.store().toString();
        String script = "set -e; mkdir -p \"$1\"; mount -t tmpfs -o size=12m tmpfs \"$1\"; "
                + "if \"$2\" pull \"$3\"; then exit 99; fi; \"$2\" images -q; "
                + "find \"$1/content\" \"$1/snapshots\" \"$1/images\" \"$1/references\" -type f";

        Command.Result result = Command.of(
                        "unshare",
                        "-m",
                        "--propagation",
                        "private",
                        "sh",
                        "-c",
                        script,
                        "sh",
                        store,
                        Project.ROOT.resolve("whalebox").toString(),
                        registry.name("x:1"))
                .environment("WHALEBOX_ROOT", store)
                .environment("WHALEBOX_RUN", whalebox.runDirectory().toString())
                .environment("WHALEBOX_ENGINE", "off")
                .run()
                .successful();

        assertThat(result.complaint()).containsIgnoringCase("no space left").hasLineCount(1);
        assertThat(result.text().lines()).noneMatch(line -> line.startsWith(store) || line.matches("[0-9a-f]{12}"));
    }
}
