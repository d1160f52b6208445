package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a container changed: told, exported, and made an image of. */
@EndToEnd
class ContainerFilesTest {
    private static final Whalebox WHALEBOX = Whalebox.withStoreOfItsOwn();

    @TempDir
    Path directory;

    @BeforeAll
    static void load() {
        WHALEBOX.command("load")
                .input(new ImageArchive("base:1")
                        .shell()
                        .layer(new TarArchive()
                                .directory("data/")
                                .file("data/old", "old")
                                .file("data/kept", "kept"))
                        .bytes())
                .run()
                .successful();
    }

    @AfterAll
    static void remove() {
        WHALEBOX.close();
    }

    private static void container(String name, String script) {
        WHALEBOX.text("run", "--name", name, "base:1", "sh", "-c", script);
    }

    @Test
    void aContainerThatChangedNothingHasNoChanges() {
        container("idle", "cat /data/old");
        assertThat(WHALEBOX.text("diff", "idle")).isEmpty();
        assertThat(WHALEBOX.text("commit", "idle", "idle:1")).startsWith("sha256:");
        assertThat(WHALEBOX.text("inspect", "-f", "{{json .RootFS.Layers}}", "idle:1"))
                .isEqualTo(WHALEBOX.text("inspect", "-f", "{{json .RootFS.Layers}}", "base:1"));
        assertThat(WHALEBOX.text("history", "--format", "{{.Size}}", "idle:1")).startsWith("0B");
    }

    @Test
    void changesAreToldInDockersLetters() {
        container("told", "echo -n new >/data/new; rm /data/old; echo more >>/data/kept; echo -n x >/bin/x");
        assertThat(WHALEBOX.text("diff", "told").lines())
                .containsExactly("C /bin", "A /bin/x", "C /data", "C /data/kept", "A /data/new", "D /data/old");
        WHALEBOX.command("diff", "nosuch").run().refused(1, "No such container: nosuch");
    }

    @Test
    void aCommittedImageHasTheChangesOnTopAndNothingElse() {
        container("made", "echo -n 'fourteen bytes' >/fourteen; rm /data/old");

        String id = WHALEBOX.text(
                "commit",
                "-m",
                "a word",
                "-a",
                "me",
                "-c",
                "CMD [\"cat\",\"/fourteen\"]",
                "-c",
                "ENV A=b",
                "made",
                "made:1");

        assertThat(WHALEBOX.text("inspect", "-f", "{{.Id}} {{.Author}} {{.Comment}} {{.Config.Cmd}}", "made:1"))
                .isEqualTo(id + " me a word [cat /fourteen]");
        assertThat(WHALEBOX.text("history", "--format", "{{.Size}} {{.Comment}} {{.CreatedBy}}", "made:1")
                        .lines())
                .first()
                .isEqualTo("14B a word sh -c echo -n 'fourteen bytes' >/fourteen; r…");
        assertThat(WHALEBOX.text("history", "-q", "made:1").lines()).hasSize(3);
        assertThat(WHALEBOX.text("run", "--rm", "made:1")).isEqualTo("fourteen bytes");
        assertThat(WHALEBOX.text("run", "--rm", "made:1", "sh", "-c", "echo $A; ls /data"))
                .isEqualTo("b\nkept");
        assertThat(WHALEBOX.text("commit", "made").lines()).hasSize(1);
        WHALEBOX.command("commit", "-c", "FROM x", "made").run().refused(1, "FROM is not a valid change command");
    }

    @Test
    void aCommittedImageStartsAsItsContainerWasStarted() {
        WHALEBOX.text(
                "run", "--name", "as", "-e", "A=1", "-e", "PATH", "-w", "/data", "-u", "7:8", "-v", "/own", "base:1",
                "cat", "old");
        WHALEBOX.text("commit", "as", "as:1");

        assertThat(WHALEBOX.text(
                        "inspect",
                        "-f",
                        "{{.Config.User}} {{.Config.WorkingDir}} {{.Config.Cmd}} {{.Config.Volumes}}",
                        "as:1"))
                .isEqualTo("7:8 /data [cat old] map[/own:map[]]");
        assertThat(WHALEBOX.text("run", "--rm", "as:1")).isEqualTo("old");
        assertThat(WHALEBOX.text("run", "--rm", "as:1", "sh", "-c", "echo $A")).isEqualTo("1");
    }

    @Test
    void aContainerThatRunsIsCommittedAndExportedAndRunsOn() {
        Command.of("mkfifo", directory.resolve("gate").toString()).run().successful();
        try (Command.Running running = WHALEBOX.command(
                        "run",
                        "--name",
                        "live",
                        "-v",
                        directory + ":/mnt",
                        "base:1",
                        "sh",
                        "-c",
                        "echo -n live >/live; echo ready; read line </mnt/gate; echo $line")
                .start()) {
            running.await("ready");

            WHALEBOX.text("commit", "live", "live:1");
            assertThat(WHALEBOX.text("run", "--rm", "live:1", "cat", "/live")).isEqualTo("live");
            WHALEBOX.text("commit", "--pause=false", "live", "live:2");
            Path tar = directory.resolve("live.tar");
            WHALEBOX.text("export", "-o", tar.toString(), "live");
            assertThat(Command.of("tar", "-xOf", tar.toString(), "live")
                            .run()
                            .successful()
                            .text())
                    .isEqualTo("live");

            Command.of("bash", "-c", "echo onwards >" + directory.resolve("gate"))
                    .run()
                    .successful();
            assertThat(running.end().successful().text()).isEqualTo("ready\nonwards\n");
        }
    }

    @Test
    void aContainerThatWasPausedIsCommittedAndStaysPaused() {
        WHALEBOX.text("run", "-d", "--name", "still", "busybox", "sleep", "1000");
        WHALEBOX.text("pause", "still");
        WHALEBOX.text("commit", "still", "still:1");
        assertThat(WHALEBOX.text("inspect", "-f", "{{.State.Status}}", "still")).isEqualTo("paused");
        WHALEBOX.text("unpause", "still");
        WHALEBOX.text("commit", "still", "still:2");
        assertThat(WHALEBOX.text("inspect", "-f", "{{.State.Status}}", "still")).isEqualTo("running");
        WHALEBOX.text("rm", "-f", "still");
    }

    @Test
    void whatTheDiskHoldsIsToldAndCleanedUp() {
        try (Whalebox own = Whalebox.withStoreOfItsOwn()) {
            own.command("load")
                    .input(new ImageArchive("base:1").shell().bytes())
                    .run()
                    .successful();
            own.command("run", "--name", "left", "base:1", "sh", "-c", "echo -n 12345 >/five")
                    .run()
                    .successful();

            assertThat(own.command("system", "df", "--format", "{{.Type}} {{.TotalCount}} {{.Active}} {{.Reclaimable}}")
                            .run()
                            .successful()
                            .text())
                    .isEqualTo("Images 1 1 0B (0%)\nContainers 1 0 5B (100%)\nLocal Volumes 0 0 0B\n");
            assertThat(own.command("system", "df", "-v").run().successful().text())
                    .containsPattern("base +1 +[0-9a-f]{12} +")
                    .containsPattern("[0-9a-f]{12} +base:1 +\"sh -c echo -n 12345…\" +5B ");
            assertThat(own.command("system", "prune")
                            .input("n\n")
                            .run()
                            .endedWith(1)
                            .text())
                    .contains("- all stopped containers", "- all dangling images");
            assertThat(own.command("system", "prune", "-f").run().successful().text())
                    .startsWith("Deleted Containers:\n")
                    .endsWith("Total reclaimed space: 5B\n");
            assertThat(own.command("system", "prune", "-af").run().successful().text())
                    .contains("untagged: base:1");
            assertThat(own.command("system", "df", "--format", "{{.TotalCount}}")
                            .run()
                            .successful()
                            .text())
                    .isEqualTo("0\n0\n0\n");
        }
    }

    @Test
    void anExportHasAllThatTheContainerSees() {
        container("seen", "echo -n new >/data/new; rm /data/old; busybox ln /data/kept /data/same");
        byte[] tar = WHALEBOX.command("export", "seen").run().successful().output();

        assertThat(Command.of("tar", "-tf", "-")
                        .input(tar)
                        .run()
                        .successful()
                        .text()
                        .lines())
                .contains("bin/busybox", "data/", "data/kept", "data/new", "data/same")
                .doesNotContain("data/old");
        assertThat(WHALEBOX.command("import", "-", "again:1")
                        .input(tar)
                        .run()
                        .successful()
                        .text())
                .startsWith("sha256:");
        assertThat(WHALEBOX.text(
                        "run", "--rm", "again:1", "/bin/sh", "-c", "/bin/cat /data/new; /bin/stat -c %h /data/same"))
                .isEqualTo("new2");
        WHALEBOX.command("export", "-o", directory.resolve("x").toString(), "nosuch")
                .run()
                .refused(1, "No such container: nosuch");
        assertThat(Files.exists(directory.resolve("x"))).isFalse();
    }
}
