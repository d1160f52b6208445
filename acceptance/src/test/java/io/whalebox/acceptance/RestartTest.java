package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
        whalebox("ps", "-aq").lines().forEach(id -> whalebox("rm", "-f", id));
        assertThat(whalebox.runDirectory().resolve("owned")).isEmptyDirectory();
        assertThat(whalebox.store().resolve("names")).isEmptyDirectory();
    }

    @AfterAll
    void end() {
        whalebox.close();
    }

    private String whalebox(String... words) {
        return whalebox.command(words).run().successful().text().strip();
    }

    private String state(String name) {
        return whalebox("inspect", "--format", "{{.State.Status}}", name);
    }

    private void killEngine() {
        Matcher process = Pattern.compile("process (\\d+)").matcher(whalebox("engine", "status"));
        assertThat(process.find()).isTrue();
        long engine = Long.parseLong(process.group(1));
        Command.of("kill", "-9", Long.toString(engine)).run().successful();
        Eventually.await(() -> ProcessHandle.of(engine).isEmpty());
    }

    /** What a restart of the machine leaves: no process, and an empty run directory. */
    private void restartTheMachine() throws IOException {
        killEngine();
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
        String id = whalebox("create", "--name", "made", "busybox", "sh", "-c", "echo ran; exit 3");
        assertThat(whalebox("ps", "-a", "--no-trunc", "--format", "{{.ID}} {{.Status}}"))
                .isEqualTo(id + " Created");
        assertThat(whalebox("ps", "-q")).isEmpty();
        assertThat(whalebox("logs", "made")).isEmpty();

        assertThat(whalebox("start", "made")).isEqualTo("made");

        assertThat(whalebox("wait", "made")).isEqualTo("3");
        assertThat(whalebox("logs", "made")).isEqualTo("ran");
    }

    @Test
    void itsFilesAndItsLogGoOn() {
        whalebox("run", "--name", "again", "busybox", "sh", "-c", "echo x >> /runs; wc -l < /runs; exec cat");

        assertThat(whalebox("start", "-a", "again")).isEqualTo("2");

        assertThat(whalebox("logs", "again")).isEqualTo("1\n2");
        assertThat(whalebox("diff", "again")).contains("A /runs");
    }

    @Test
    void startingInteractivelyConnectsStandardInput() {
        whalebox("create", "-i", "--name", "talker", "busybox", "sh", "-c", "cat; exit 7");

        assertThat(whalebox.command("start", "-ai", "talker")
                        .input("hello\n")
                        .run()
                        .endedWith(7)
                        .text())
                .isEqualTo("hello\n");
    }

    @Test
    void startingWhatRunsChangesNothing() {
        String id = whalebox("run", "-d", "--name", "busy", "busybox", "sh", "-c", ENDLESS);

        assertThat(whalebox("start", "busy", id)).isEqualTo("busy\n" + id);

        assertThat(state("busy")).isEqualTo("running");
        whalebox.command("start", "-a", "busy", id).run().refused(1, "start and attach multiple containers at once");
        whalebox.command("start", "nobody").run().refused(1, "No such container: nobody");
        whalebox("pause", "busy");
        whalebox.command("start", "busy").run().refused(1, "cannot start a paused container, try unpause instead");
    }

    @Test
    void aContainerThatCannotStartStaysCreatedAndSaysWhy() {
        whalebox.command("run", "--name", "wrong", "busybox", "nonesuch").run().refused(127, "nonesuch");

        assertThat(state("wrong")).isEqualTo("created");
        whalebox.command("start", "wrong").run().refused(1, "nonesuch");
        assertThat(whalebox("inspect", "--format", "{{.State.ExitCode}}", "wrong"))
                .isEqualTo("127");
    }

    @Test
    void restartingStopsAndStarts() {
        whalebox("run", "-d", "--name", "twice", "busybox", "sh", "-c", ENDLESS);
        Eventually.await(() -> whalebox("logs", "twice").equals("ready"));

        assertThat(whalebox("restart", "twice")).isEqualTo("twice");

        assertThat(state("twice")).isEqualTo("running");
        Eventually.await(() -> whalebox("logs", "twice").equals("ready\nready"));
    }

    @Test
    void aContainerThatIsRemovedAtItsEndOutlivesARestart() {
        whalebox("run", "-d", "--rm", "--name", "fleeting", "busybox", "sh", "-c", ENDLESS);
        Eventually.await(() -> whalebox("logs", "fleeting").equals("ready"));

        whalebox("restart", "fleeting");
        assertThat(state("fleeting")).isEqualTo("running");

        whalebox("stop", "-t", "0", "fleeting");
        assertThat(whalebox("ps", "-aq")).isEmpty();
    }

    @Test
    void onFailureStartsAgainSoManyTimes() {
        whalebox(
                "run", "-d", "--restart", "on-failure:2", "--name", "failing", "busybox", "sh", "-c", "echo x; exit 4");

        assertThat(whalebox("wait", "failing")).isEqualTo("4");

        assertThat(whalebox("logs", "failing")).isEqualTo("x\nx\nx");
        assertThat(whalebox("inspect", "--format", "{{.RestartCount}} {{.State.Status}}", "failing"))
                .isEqualTo("2 exited");
        whalebox("run", "-d", "--restart", "on-failure", "--name", "good", "busybox", "true");
        assertThat(whalebox("wait", "good")).isEqualTo("0");
        assertThat(whalebox("inspect", "--format", "{{.RestartCount}}", "good")).isEqualTo("0");
    }

    @Test
    void oneThatIsStoppedWhileItComesAgainStaysStopped() {
        whalebox("run", "-d", "--restart", "always", "--name", "tireless", "busybox", "false");
        Eventually.await(() -> state("tireless").equals("restarting"));
        whalebox.command("rm", "tireless").run().refused(1, "cannot remove container \"/tireless\": container is");

        whalebox("stop", "tireless");

        assertThat(state("tireless")).isEqualTo("exited");
        assertThat(whalebox("wait", "tireless")).isEqualTo("1");
    }

    @Test
    void whatShouldRunRunsAfterTheEngineDied() {
        whalebox("run", "-d", "--restart", "unless-stopped", "--name", "steady", "busybox", "sh", "-c", ENDLESS);
        whalebox("run", "-d", "--restart", "always", "--name", "ended", "busybox", "sh", "-c", ENDLESS);
        whalebox("stop", "-t", "0", "ended");
        killEngine();

        assertThat(state("ended")).isEqualTo("exited");
        assertThat(state("steady")).isEqualTo("running");
    }

    @Test
    void whatShouldRunRunsAfterTheMachineWasRestarted() throws IOException {
        for (String policy : List.of("no", "on-failure", "always", "unless-stopped")) {
            whalebox("run", "-d", "--restart", policy, "--name", policy, "busybox", "sh", "-c", ENDLESS);
        }
        for (String policy : List.of("always", "unless-stopped")) {
            String name = policy + "-stopped";
            whalebox("run", "-d", "--restart", policy, "--name", name, "busybox", "sh", "-c", ENDLESS);
            whalebox("stop", "-t", "0", name);
        }
        whalebox("run", "-d", "--rm", "--name", "removed", "busybox", "sh", "-c", ENDLESS);
        whalebox("create", "--name", "created", "--restart", "always", "busybox", "true");

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
