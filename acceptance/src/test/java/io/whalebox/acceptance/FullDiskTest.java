package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A store on a disk that is full: containers come to their own ends, and all is well once there is room again. */
@EndToEnd
class FullDiskTest {
    private Whalebox whalebox;

    @BeforeEach
    void begin() throws IOException {
        whalebox = Whalebox.withEngineOfItsOwn();
        Files.createDirectories(whalebox.store());
        Command.of(
                        "mount",
                        "-t",
                        "tmpfs",
                        "-o",
                        "size=24m",
                        "whalebox-full-disk",
                        whalebox.store().toString())
                .run()
                .successful();
        whalebox.run("busybox", "true").successful();
    }

    @AfterEach
    void end() {
        try {
            whalebox.removeContainers();
        } finally {
            Command.of("umount", "--lazy", whalebox.store().toString()).run().successful();
            whalebox.close();
        }
    }

    private Path filler() {
        return whalebox.store().resolve("filler");
    }

    private void fillTheDisk() {
        assertThat(Command.of("dd", "if=/dev/zero", "of=" + filler(), "bs=4k")
                        .run()
                        .endedWith(1)
                        .complaint())
                .contains("No space left on device");
    }

    private void assertAllIsWell() {
        assertThat(whalebox.text("run", "--rm", "--network", "none", "busybox", "echo", "fine"))
                .isEqualTo("fine");
        assertThat(whalebox.text("ps", "-aq")).isEmpty();
    }

    @Test
    void aContainerWhoseLogFillsItEndsAsItWouldHave() {
        whalebox.text(
                "run",
                "-d",
                "--name",
                "loud",
                "--network",
                "none",
                "busybox",
                "sh",
                "-c",
                "head -c 40000000 /dev/zero | tr '\\0' x; exit 4");

        assertThat(whalebox.text("wait", "loud")).isEqualTo("4");
        assertThat(whalebox.text("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "loud"))
                .isEqualTo("exited 4");
        whalebox.text("rm", "loud");
        assertAllIsWell();
    }

    @Test
    void whatCannotBeMadeIsSaidAndLeavesNothing() throws IOException {
        fillTheDisk();

        whalebox.command("run", "-d", "--network", "none", "busybox", "true")
                .run()
                .refused(125, "No space left on device");
        whalebox.command("create", "busybox", "true").run().refused(1, "No space left on device");
        assertThat(whalebox.text("ps", "-aq")).isEmpty();

        Files.delete(filler());
        assertThat(whalebox.store().resolve("containers")).isEmptyDirectory();
        assertThat(whalebox.store().resolve("names")).isEmptyDirectory();
        assertAllIsWell();
    }

    @Test
    void whatRunsEndsAndItsEndIsKnownOnceThereIsRoom() throws IOException {
        whalebox.text("run", "-d", "--name", "first", "--network", "none", "busybox", "sh", "-c", "sleep 1000");
        whalebox.text("run", "-d", "--name", "second", "--network", "none", "busybox", "sh", "-c", "sleep 1000");
        fillTheDisk();

        // Whether it can be written down or not, it ends.
        var _ = whalebox.command("stop", "-t", "0", "first").run();
        assertThat(whalebox.text("inspect", "-f", "{{.State.Status}}", "second"))
                .isEqualTo("running");

        Files.delete(filler());
        assertThat(whalebox.text("inspect", "-f", "{{.State.Status}} {{.State.ExitCode}}", "first"))
                .isEqualTo("exited 137");
        assertThat(whalebox.text("start", "first")).isEqualTo("first");
        whalebox.text("rm", "-f", "first", "second");
        assertAllIsWell();
    }
}
