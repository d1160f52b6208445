package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever dies or is damaged: the next command finds everything in order, and nothing is left in the end. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultsTest {
    private static final String PARENT =
            "/whalebox-faults-" + ProcessHandle.current().pid();

    /** How many instants of each command are tried. */
    private static final int INSTANTS = Integer.getInteger("whalebox.instants", 2);

    private Whalebox whalebox;

    @BeforeAll
    void begin() {
        whalebox = Whalebox.withEngineOfItsOwn();
    }

    @AfterEach
    void nothingIsLeft() {
        whalebox.removeContainers();
        assertThat(groups()).isEmpty();
    }

    @AfterAll
    void end() {
        whalebox.close();
        for (Path hierarchy : hierarchies()) {
            var _ = hierarchy.resolve(PARENT.substring(1)).toFile().delete();
        }
    }

    private String run(String name, String script) {
        return whalebox.text("run", "-d", "--cgroup-parent", PARENT, "--name", name, "busybox", "sh", "-c", script);
    }

    private static List<Path> entries(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static List<Path> hierarchies() {
        return Project.read(Path.of("/proc/self/mounts"))
                .lines()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields[2].startsWith("cgroup"))
                .map(fields -> Path.of(fields[1]))
                .toList();
    }

    private static List<Path> groups() {
        List<Path> groups = new ArrayList<>();
        for (Path hierarchy : hierarchies()) {
            Path parent = hierarchy.resolve(PARENT.substring(1));
            if (Files.exists(parent)) {
                groups.addAll(
                        entries(parent).stream().filter(Files::isDirectory).toList());
            }
        }
        return groups;
    }

    private static void killAndAwait(long process) {
        Command.of("kill", "-9", Long.toString(process)).run().successful();
        Eventually.await(() -> ProcessHandle.of(process).isEmpty());
    }

    /** A command in whose course the engine dies. */
    enum Verb {
        CREATE("create --cgroup-parent " + PARENT + " --name new busybox true"),
        RUN("run -d --cgroup-parent " + PARENT + " --name new busybox sleep 1000"),
        START("start made"),
        EXEC("exec busy sleep 0.1"),
        STOP("stop -t 1 busy"),
        COMMIT("commit busy snapshot"),
        REMOVE("rm -f busy");

        private final String words;

        Verb(String words) {
            this.words = words;
        }
    }

    @ParameterizedTest
    @EnumSource
    void theEngineDiesInTheMidstOf(Verb verb) {
        for (int instant = 0; instant < INSTANTS; instant++) {
            String busy = run("busy", "echo x > /made; exec sleep 1000");
            whalebox.text("create", "--cgroup-parent", PARENT, "--name", "made", "busybox", "sleep", "1000");
            long engine = whalebox.engine();
            try (Command.Running running =
                    whalebox.command(verb.words.split(" ", -1)).start()) {
                LockSupport.parkNanos(Duration.ofMillis(5 + 15L * instant).toNanos());
                killAndAwait(engine);
                running.end();
            }

            // All that is there can be looked at, ended and removed, and what ran and was not to end still runs.
            List<String> names =
                    whalebox.text("ps", "-a", "--format", "{{.Names}}").lines().toList();
            assertThat(names).contains("made");
            names.forEach(name ->
                    assertThat(whalebox.inspect("{{.State.Status}}", name)).isIn("created", "running", "exited"));
            if (verb != Verb.STOP && verb != Verb.REMOVE) {
                assertThat(whalebox.inspect("{{.Id}} {{.State.Status}}", "busy"))
                        .isEqualTo(busy + " running");
            }
            names.forEach(name -> whalebox.text("rm", "-f", name));
        }
        var _ = whalebox.command("rmi", "-f", "snapshot").run();
    }

    @Test
    void theDeathOfTheMonitorIsTheContainersAlone() throws IOException {
        run("victim", "sleep 1000");
        run("other", "sleep 1000");
        String status = Files.readString(Path.of("/proc", whalebox.inspect("{{.State.Pid}}", "victim"), "status"));
        Matcher monitor = Pattern.compile("PPid:\\s+(\\d+)").matcher(status);
        assertThat(monitor.find()).isTrue();

        Command.of("kill", "-9", monitor.group(1)).run().successful();

        assertThat(whalebox.text("wait", "victim")).isEqualTo("137");
        assertThat(whalebox.inspect("{{.State.Status}}", "victim")).isEqualTo("exited");
        assertThat(whalebox.inspect("{{.State.Status}}", "other")).isEqualTo("running");
        assertThat(whalebox.text("start", "victim")).isEqualTo("victim");
    }

    @Test
    void aContainerThatEndsAtOnceWasStartedAllTheSame() {
        for (int i = 0; i < 5; i++) {
            run("brief", "exit 9");
            assertThat(whalebox.text("wait", "brief")).isEqualTo("9");
            assertThat(whalebox.text("restart", "brief")).isEqualTo("brief");
            assertThat(whalebox.text("wait", "brief")).isEqualTo("9");
            whalebox.text("rm", "brief");
        }
    }

    @Test
    void aContainerThatClosesItsStreamsRunsOn() {
        run("mute", "exec >&- 2>&- <&-; sleep 1000");
        whalebox.text("exec", "mute", "true");

        assertThat(whalebox.inspect("{{.State.Status}}", "mute")).isEqualTo("running");
        assertThat(whalebox.text("logs", "mute")).isEmpty();
    }

    @Test
    void aForkBombHitsItsLimitAndCanBeEnded() {
        whalebox.text(
                "run",
                "-d",
                "--cgroup-parent",
                PARENT,
                "--pids-limit",
                "20",
                "--name",
                "bomb",
                "busybox",
                "sh",
                "-c",
                "sh -c 'f() { f | f & }; f' 2>/dev/null & exec sleep 1000");

        whalebox.text("stop", "-t", "0", "bomb");

        assertThat(whalebox.text("wait", "bomb")).isEqualTo("137");
    }

    @Test
    void oneLineWithoutEndIsRecordedWhole() {
        int bytes = 8 << 20;
        run("long", "head -c " + bytes + " /dev/zero | tr '\\0' x");
        assertThat(whalebox.text("wait", "long")).isEqualTo("0");

        assertThat(whalebox.command("logs", "long").run().successful().output()).hasSize(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"container.json", "state.json"})
    void whatIsDamagedIsSaidAndDisturbsNobody(String file) throws IOException {
        String id = run("damaged", "sleep 1000");
        run("whole", "sleep 1000");
        Path path = whalebox.store().resolve("containers").resolve(id).resolve(file);
        Files.writeString(path, Files.readString(path).substring(0, 20));

        Command.Result list =
                whalebox.command("ps", "-a", "--format", "{{.Names}}").run().successful();
        assertThat(list.text()).isEqualTo("whole\n");
        assertThat(list.complaint()).contains("container " + id + " is damaged", "remove it by whalebox rm -f");
        whalebox.command("inspect", "damaged").run().endedWith(1);
        whalebox.command("start", "damaged").run().refused(1, "is damaged", "remove it by whalebox rm -f");
        whalebox.text("stop", "-t", "0", "whole");

        assertThat(whalebox.text("rm", "-f", "damaged")).isEqualTo("damaged");
        assertThat(whalebox.command("ps", "-a").run().successful().complaint()).isEmpty();
    }

    @Test
    void aClockThatWasSetBackDisturbsNobody() throws IOException {
        String health = "run -d --cgroup-parent " + PARENT + " --name early --health-cmd true --health-interval 100ms";
        String id = whalebox.text((health + " busybox sleep 1000").split(" "));
        whalebox.killEngine();
        // Now it was started in what is the future.
        Path state = whalebox.store().resolve("containers").resolve(id).resolve("state.json");
        Files.writeString(state, Files.readString(state).replaceFirst("\"started\":\"20..", "\"started\":\"2999"));

        assertThat(whalebox.text("ps", "--format", "{{.Status}}")).startsWith("Up Less than a second");
        Eventually.await(
                () -> whalebox.inspect("{{.State.Health.Status}}", "early").equals("healthy"));
        whalebox.text("stop", "-t", "0", "early");
        assertThat(whalebox.inspect("{{.State.Status}} {{.State.ExitCode}}", "early"))
                .isEqualTo("exited 137");
        assertThat(whalebox.events("", "container=early", "event=die")).contains("execDuration=0");
        assertThat(whalebox.text("start", "early")).isEqualTo("early");
        assertThat(whalebox.inspect("{{.State.Status}}", "early")).isEqualTo("running");
    }

    @Test
    void aDamagedExitFileIsAnEndThatNobodySaw() throws IOException {
        String id = run("unclear", "exit 3");
        Path directory = whalebox.store().resolve("containers").resolve(id);
        assertThat(whalebox.text("wait", "unclear")).isEqualTo("3");
        whalebox.killEngine();
        Files.writeString(directory.resolve("exit"), "garbage");
        Path state = directory.resolve("state.json");
        Files.writeString(state, Files.readString(state).replace("\"exitStatus\":3", "\"exitStatus\":-1"));

        assertThat(whalebox.inspect("{{.State.Status}} {{.State.ExitCode}}", "unclear"))
                .isEqualTo("exited 137");
        assertThat(whalebox.text("start", "unclear")).isEqualTo("unclear");
        assertThat(whalebox.text("wait", "unclear")).isEqualTo("3");
    }
}
