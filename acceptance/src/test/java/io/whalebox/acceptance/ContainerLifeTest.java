package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Containers that live on their own, under an engine that stays. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainerLifeTest {
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

    private String start(String name, String script) {
        return whalebox.text("run", "-d", "--name", name, "busybox", "sh", "-c", script);
    }

    @Test
    void aDetachedContainerIsListedByItsId() {
        String id = start("listed", ENDLESS);

        assertThat(id).matches("[0-9a-f]{64}");
        assertThat(whalebox.text("ps", "--no-trunc", "-q")).isEqualTo(id);
        assertThat(whalebox.text("ps", "--format", "{{.Names}} {{.State}}")).isEqualTo("listed running");
    }

    @Test
    void stopAsksAndTheExitStatusIsKept() {
        start("asked", ENDLESS);
        whalebox.awaitLog("asked", "ready");

        assertThat(whalebox.text("stop", "asked")).isEqualTo("asked");

        assertThat(whalebox.text("wait", "asked")).isEqualTo("5");
        assertThat(whalebox.text("ps", "-a", "--format", "{{.Status}}")).startsWith("Exited (5)");
    }

    @Test
    void stopForcesWhoDoesNotListen() {
        start("deaf", "trap '' TERM; echo ready; while :; do sleep 0.1; done");
        whalebox.awaitLog("deaf", "ready");

        whalebox.text("stop", "-t", "0", "deaf");

        assertThat(whalebox.text("wait", "deaf")).isEqualTo("137");
    }

    @Test
    void killSendsTheSignalThatIsNamed() {
        start("hit", "trap 'exit 9' USR1; echo ready; while :; do sleep 0.1; done");
        whalebox.awaitLog("hit", "ready");

        whalebox.text("kill", "-s", "USR1", "hit");

        assertThat(whalebox.text("wait", "hit")).isEqualTo("9");
        whalebox.command("kill", "hit").run().refused(1, "is not running");
    }

    @Test
    void bothStreamsAreRecordedApart() {
        start("speaker", "echo one; echo two >&2; printf three");
        whalebox.text("wait", "speaker");

        Command.Result logs = whalebox.command("logs", "speaker").run().successful();
        assertThat(logs.text()).isEqualTo("one\nthree");
        assertThat(logs.complaint()).isEqualTo("two\n");
        assertThat(whalebox.text("logs", "--tail", "1", "speaker")).isEqualTo("three");
        assertThat(whalebox.text("logs", "-t", "speaker"))
                .matches("(?s)\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z one\n.*");
        assertThat(whalebox.text("logs", "--until", "1h", "speaker")).isEmpty();
        assertThat(whalebox.text("logs", "--since", "1h", "speaker")).startsWith("one");
    }

    @Test
    void followingALogEndsWithItsContainer() {
        start("followed", "echo first; while [ ! -e /go ]; do sleep 0.1; done; echo last");
        try (Command.Running logs = whalebox.command("logs", "-f", "followed").start()) {
            logs.await("first");
            whalebox.text("kill", "followed");
            assertThat(logs.end().successful().text()).isEqualTo("first\n");
        }
    }

    @Test
    void aPausedContainerStandsStill() {
        start("still", ENDLESS);
        whalebox.awaitLog("still", "ready");

        whalebox.text("pause", "still");
        assertThat(whalebox.text("ps", "--format", "{{.State}} {{.Status}}"))
                .startsWith("paused Up")
                .endsWith("(Paused)");
        whalebox.command("pause", "still").run().refused(1, "is already paused");
        whalebox.text("unpause", "still");

        whalebox.text("stop", "still");
        assertThat(whalebox.text("wait", "still")).isEqualTo("5");
    }

    @Test
    void aNewNameFreesTheOldOne() {
        start("before", ENDLESS);
        whalebox.text("rename", "before", "after");
        start("before", ENDLESS);

        assertThat(whalebox.text("ps", "--format", "{{.Names}}").lines()).containsExactlyInAnyOrder("before", "after");
        whalebox.command("rename", "before", "after").run().refused(1, "is already in use");
    }

    @Test
    void whoAttachesSeesWhatComes() {
        whalebox.text("run", "-d", "-i", "--name", "joined", "busybox", "cat");

        assertThat(whalebox.command("attach", "joined")
                        .input("hello\n")
                        .run()
                        .successful()
                        .text())
                .isEqualTo("hello\n");
        assertThat(whalebox.text("wait", "joined")).isEqualTo("0");
    }

    @Test
    void theDeathOfTheEngineIsNotTheContainers() {
        String id = start("survivor", ENDLESS);
        whalebox.awaitLog("survivor", "ready");

        Command.of("kill", "-9", Long.toString(whalebox.engine())).run().successful();

        assertThat(whalebox.text("ps", "--no-trunc", "-q")).isEqualTo(id);
        whalebox.text("stop", "survivor");
        assertThat(whalebox.text("wait", "survivor")).isEqualTo("5");
        assertThat(whalebox.text("logs", "survivor")).isEqualTo("ready");
    }

    @Test
    void whatEndsWithoutAnEngineIsWrittenDownByTheNext() {
        String id = start("unseen", "echo ready; sleep 1; echo done; exit 3");
        whalebox.awaitLog("unseen", "ready");
        Command.of("kill", "-9", Long.toString(whalebox.engine())).run().successful();
        Eventually.await(() ->
                Files.exists(whalebox.store().resolve("containers").resolve(id).resolve("exit")));

        assertThat(whalebox.text("ps", "-a", "--format", "{{.Status}}")).startsWith("Exited (3)");
        assertThat(whalebox.text("logs", "unseen")).isEqualTo("ready\ndone");
    }

    @Test
    void anAttachedClientKeepsItsSessionWithoutTheEngine() {
        try (Command.Running run = whalebox.container("--name", "kept", "busybox", "sh", "-c", ENDLESS)
                .start()) {
            run.await("ready");
            long engine = whalebox.engine();
            Command.of("kill", "-9", Long.toString(engine)).run().successful();
            Eventually.await(() -> ProcessHandle.of(engine).isEmpty());

            run.signal("TERM");

            assertThat(run.end().endedWith(5).text()).isEqualTo("ready\n");
        }
    }

    @Test
    void aSignalThatTheEngineDidNotLiveToPassOnArrives() {
        try (Command.Running run = whalebox.container("--name", "asked", "busybox", "sh", "-c", ENDLESS)
                .start()) {
            run.await("ready");
            long engine = whalebox.engine();
            Command.of("kill", "-STOP", Long.toString(engine)).run().successful();
            run.signal("TERM");
            // The client has taken it, and told an engine that does not listen.
            Path status = Path.of("/proc", Long.toString(run.pid()), "status");
            Eventually.await(() -> Project.read(status).contains("ShdPnd:\t0000000000000000"));
            Command.of("kill", "-9", Long.toString(engine)).run().successful();

            assertThat(run.end().endedWith(5).text()).isEqualTo("ready\n");
        }
    }

    @Test
    void theDeathOfTheClientIsNotTheContainers() {
        try (Command.Running run = whalebox.container("--name", "left", "busybox", "sh", "-c", ENDLESS)
                .start()) {
            run.await("ready");
            run.signal("KILL");
        }

        assertThat(whalebox.text("ps", "--format", "{{.Names}}")).isEqualTo("left");
        whalebox.text("stop", "left");
        assertThat(whalebox.text("ps", "-aq")).isEmpty();
    }

    @Test
    void anEngineThatIsStoppedLeavesContainersAlone() {
        start("alone", ENDLESS);
        long engine = whalebox.engine();

        whalebox.text("engine", "stop");

        Eventually.await(() -> ProcessHandle.of(engine).isEmpty());
        assertThat(whalebox.command("engine", "status").run().endedWith(1).text())
                .isEqualTo("no engine is running\n");
        assertThat(whalebox.text("ps", "--format", "{{.Names}}")).isEqualTo("alone");
    }

    @Test
    void manyCommandsAtOnceGetInNobodysWay() {
        List<Command.Running> all = IntStream.range(0, 20)
                .mapToObj(i -> whalebox.container("busybox", "sh", "-c", "echo " + i + "; exit " + i)
                        .start())
                .toList();
        for (int i = 0; i < all.size(); i++) {
            try (Command.Running one = all.get(i)) {
                assertThat(one.end().endedWith(i).text()).isEqualTo(i + "\n");
            }
        }
        assertThat(whalebox.text("ps", "-aq")).isEmpty();
    }
}
