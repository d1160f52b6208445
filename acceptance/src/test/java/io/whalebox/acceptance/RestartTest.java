package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Containers that are created first and started later, again by their users or on their own. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestartTest {
    private static final String ENDLESS = "trap 'exit 5' TERM; echo ready; while :; do sleep 0.1; done";

    private Whalebox whalebox;

    @BeforeAll
    void begin() {
        whalebox = Whalebox.withEngineOfItsOwn();
    }

    @AfterEach
    void nothingIsLeft() {
        whalebox.removeContainers();
    }

    @AfterAll
    void end() {
        whalebox.close();
    }

    private String state(String name) {
        return whalebox.text("inspect", "--format", "{{.State.Status}}", name);
    }

    /** What a restart of the machine leaves: no process, and an empty run directory. */
    private void restartTheMachine() throws IOException {
        whalebox.killEngine();
        List<Path> groups;
        try (Stream<Path> all = Files.walk(Path.of("/sys/fs/cgroup"))) {
            groups = all.filter(path -> path.getFileName().toString().length() == 64)
                    .filter(path ->
                            Files.exists(whalebox.store().resolve("containers").resolve(path.getFileName())))
                    .toList();
        }
        for (Path group : groups) {
            for (String process : Files.readAllLines(group.resolve("cgroup.procs"))) {
                var _ = Command.of("kill", "-9", process).run();
            }
        }
        Eventually.await(() -> groups.stream()
                .allMatch(group -> Project.read(group.resolve("cgroup.procs")).isEmpty()));
        for (Path group : groups) {
            Files.delete(group);
        }
        Command.of("rm", "-rf", whalebox.runDirectory().toString()).run().successful();
    }

    @Test
    void aCreatedContainerRunsWhenItIsStarted() {
        String id = whalebox.text("create", "--name", "made", "busybox", "sh", "-c", "echo ran; exit 3");
        assertThat(whalebox.text("ps", "-a", "--no-trunc", "--format", "{{.ID}} {{.Status}}"))
                .isEqualTo(id + " Created");
        assertThat(whalebox.text("ps", "-q")).isEmpty();
        assertThat(whalebox.text("logs", "made")).isEmpty();

        assertThat(whalebox.text("start", "made")).isEqualTo("made");

        assertThat(whalebox.text("wait", "made")).isEqualTo("3");
        assertThat(whalebox.text("logs", "made")).isEqualTo("ran");
    }

    @Test
    void itsFilesAndItsLogGoOn() {
        whalebox.text("run", "--name", "again", "busybox", "sh", "-c", "echo x >> /runs; wc -l < /runs; exec cat");

        assertThat(whalebox.text("start", "-a", "again")).isEqualTo("2");

        assertThat(whalebox.text("logs", "again")).isEqualTo("1\n2");
        assertThat(whalebox.text("diff", "again")).contains("A /runs");
    }

    @Test
    void startingInteractivelyConnectsStandardInput() {
        whalebox.text("create", "-i", "--name", "talker", "busybox", "sh", "-c", "cat; exit 7");

        assertThat(whalebox.command("start", "-ai", "talker")
                        .input("hello\n")
                        .run()
                        .endedWith(7)
                        .text())
                .isEqualTo("hello\n");
    }

    @Test
    void startingWhatRunsChangesNothing() {
        String id = whalebox.text("run", "-d", "--name", "busy", "busybox", "sh", "-c", ENDLESS);

        assertThat(whalebox.text("start", "busy", id)).isEqualTo("busy\n" + id);

        assertThat(state("busy")).isEqualTo("running");
        whalebox.command("start", "-a", "busy", id).run().refused(1, "start and attach multiple containers at once");
        whalebox.command("start", "nobody").run().refused(1, "No such container: nobody");
        whalebox.text("pause", "busy");
        whalebox.command("start", "busy").run().refused(1, "cannot start a paused container, try unpause instead");
    }

    @Test
    void aContainerThatCannotStartStaysCreatedAndSaysWhy() {
        whalebox.command("run", "--name", "wrong", "busybox", "nonesuch").run().refused(127, "nonesuch");

        assertThat(state("wrong")).isEqualTo("created");
        whalebox.command("start", "wrong").run().refused(1, "nonesuch");
        assertThat(whalebox.text("inspect", "--format", "{{.State.ExitCode}}", "wrong"))
                .isEqualTo("127");
    }

    @Test
    void restartingStopsAndStarts() {
        whalebox.text("run", "-d", "--name", "twice", "busybox", "sh", "-c", ENDLESS);
        Eventually.await(() -> whalebox.text("logs", "twice").equals("ready"));

        assertThat(whalebox.text("restart", "twice")).isEqualTo("twice");

        assertThat(state("twice")).isEqualTo("running");
        Eventually.await(() -> whalebox.text("logs", "twice").equals("ready\nready"));
    }

    @Test
    void aContainerThatIsRemovedAtItsEndOutlivesARestart() {
        whalebox.text("run", "-d", "--rm", "--name", "fleeting", "busybox", "sh", "-c", ENDLESS);
        Eventually.await(() -> whalebox.text("logs", "fleeting").equals("ready"));

        whalebox.text("restart", "fleeting");
        assertThat(state("fleeting")).isEqualTo("running");

        whalebox.text("stop", "-t", "0", "fleeting");
        assertThat(whalebox.text("ps", "-aq")).isEmpty();
    }

    @Test
    void onFailureStartsAgainSoManyTimes() {
        whalebox.text(
                "run", "-d", "--restart", "on-failure:2", "--name", "failing", "busybox", "sh", "-c", "echo x; exit 4");

        assertThat(whalebox.text("wait", "failing")).isEqualTo("4");

        assertThat(whalebox.text("logs", "failing")).isEqualTo("x\nx\nx");
        assertThat(whalebox.text("inspect", "--format", "{{.RestartCount}} {{.State.Status}}", "failing"))
                .isEqualTo("2 exited");
        whalebox.text("run", "-d", "--restart", "on-failure", "--name", "good", "busybox", "true");
        assertThat(whalebox.text("wait", "good")).isEqualTo("0");
        assertThat(whalebox.text("inspect", "--format", "{{.RestartCount}}", "good"))
                .isEqualTo("0");
    }

    @Test
    void oneThatIsStoppedWhileItComesAgainStaysStopped() {
        whalebox.text("run", "-d", "--restart", "always", "--name", "tireless", "busybox", "false");
        Eventually.await(() -> state("tireless").equals("restarting"));
        whalebox.command("rm", "tireless").run().refused(1, "cannot remove container \"/tireless\": container is");

        whalebox.text("stop", "tireless");

        assertThat(state("tireless")).isEqualTo("exited");
        assertThat(whalebox.text("wait", "tireless")).isEqualTo("1");
    }

    @Test
    void whatShouldRunRunsAfterTheEngineDied() {
        whalebox.text("run", "-d", "--restart", "unless-stopped", "--name", "steady", "busybox", "sh", "-c", ENDLESS);
        whalebox.text("run", "-d", "--restart", "always", "--name", "ended", "busybox", "sh", "-c", ENDLESS);
        whalebox.text("stop", "-t", "0", "ended");
        whalebox.killEngine();

        assertThat(state("ended")).isEqualTo("exited");
        assertThat(state("steady")).isEqualTo("running");
    }

    @Test
    void whatShouldRunRunsAfterTheMachineWasRestarted() throws IOException {
        for (String policy : List.of("no", "on-failure", "always", "unless-stopped")) {
            whalebox.text("run", "-d", "--restart", policy, "--name", policy, "busybox", "sh", "-c", ENDLESS);
        }
        for (String policy : List.of("always", "unless-stopped")) {
            String name = policy + "-stopped";
            whalebox.text("run", "-d", "--restart", policy, "--name", name, "busybox", "sh", "-c", ENDLESS);
            whalebox.text("stop", "-t", "0", name);
        }
        whalebox.text("run", "-d", "--rm", "--name", "removed", "busybox", "sh", "-c", ENDLESS);
        whalebox.text("create", "--name", "created", "--restart", "always", "busybox", "true");

        restartTheMachine();

        for (String name : List.of("on-failure", "always", "unless-stopped", "always-stopped")) {
            Eventually.await(() -> state(name).equals("running"));
        }
        assertThat(state("no")).isEqualTo("exited");
        assertThat(state("unless-stopped-stopped")).isEqualTo("exited");
        whalebox.command("inspect", "removed").run().endedWith(1);
        assertThat(state("created")).isEqualTo("created");
    }

    @Test
    void optionsThatContradictEachOtherAreRefused() {
        whalebox.command("run", "--rm", "--restart", "always", "busybox", "true")
                .run()
                .refused(125, "conflicting options: cannot specify both --restart and --rm");
        whalebox.command("create", "--restart", "always:3", "busybox", "true")
                .run()
                .endedWith(125);
    }
}
