package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Once the next command has run, nothing is left of a container, however it or Whalebox's own processes ended. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NoTraceTest {
    /** Control groups of these tests alone, so that what others do on the machine does not matter. */
    private static final String GROUP =
            "whalebox-acceptance-" + ProcessHandle.current().pid();

    private final Whalebox whalebox;
    private List<String> mounts = List.of();

    NoTraceTest(Whalebox whalebox) {
        this.whalebox = whalebox;
    }

    @BeforeEach
    void look() {
        whalebox.shell("true");
        mounts = mounts();
    }

    @AfterEach
    void removeTheParentGroup() throws IOException {
        for (Path hierarchy : hierarchies()) {
            Files.deleteIfExists(hierarchy.resolve(GROUP));
        }
    }

    private static List<String> mounts() {
        return Project.read(Path.of("/proc/self/mountinfo")).lines().toList();
    }

    private static List<Path> hierarchies() {
        return Project.read(Path.of("/proc/self/mounts"))
                .lines()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields[2].startsWith("cgroup"))
                .map(fields -> Path.of(fields[1]))
                .toList();
    }

    private Command.Running start(String... arguments) {
        return whalebox.container(Stream.concat(Stream.of("--cgroup-parent", "/" + GROUP), Stream.of(arguments))
                        .toArray(String[]::new))
                .start();
    }

    private void assertNothingIsLeft() {
        whalebox.run("--cgroup-parent", "/" + GROUP, "busybox", "true").successful();
        assertThat(mounts()).as("mounts of the host").isEqualTo(mounts);
        assertThat(whalebox.store().resolve("containers")).isEmptyDirectory();
        assertThat(whalebox.store().resolve("names")).isEmptyDirectory();
        assertThat(files(whalebox.runDirectory()))
                .as("files of the run directory")
                .noneMatch(Files::isRegularFile);
        assertThat(hierarchies().stream().flatMap(hierarchy -> files(hierarchy.resolve(GROUP)).stream()))
                .as("control groups")
                .noneMatch(file -> Files.isDirectory(file) && !file.endsWith(GROUP));
        assertThat(processesOfOurs()).as("processes").isEmpty();
    }

    private static List<Path> files(Path root) {
        if (!Files.exists(root)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(root)) {
            return files.toList();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Processes with this store in their environment, as every one of Whalebox's own has it. */
    private Set<Long> processesOfOurs() {
        Set<Long> found = new TreeSet<>();
        ProcessHandle.allProcesses().forEach(process -> {
            try {
                String environment = Files.readString(Path.of("/proc/" + process.pid() + "/environ"));
                if (environment.contains("WHALEBOX_ROOT=" + whalebox.store() + "\0")) {
                    found.add(process.pid());
                }
            } catch (IOException ended) {
                // It is gone, which is what is wanted.
            }
        });
        return found;
    }

    @Test
    void afterAnOrdinaryEnd() {
        start("busybox", "true").end().successful();
        assertNothingIsLeft();
    }

    @Test
    void afterAProgramThatLeftOthersRunning() {
        start("busybox", "sh", "-c", "sleep 1000 & sleep 1000 & exit 3").end().endedWith(3);
        assertNothingIsLeft();
    }

    @Test
    void afterAProgramThatCouldNotRun() {
        start("busybox", "no-such-program").end().endedWith(127);
        assertNothingIsLeft();
    }

    /** Whose death it is. */
    enum Victim {
        CLIENT,
        ENGINE,
        LAUNCHER,
        ALL
    }

    @ParameterizedTest
    @EnumSource
    void afterKillMinus9OfItsOwnProcesses(Victim victim) {
        try (Command.Running running = start("busybox", "sh", "-c", "echo up; sleep 1000")) {
            running.await("up");
            kill(victim, running.pid());
            running.end();
        }
        assertNothingIsLeft();
    }

    /** Every line of its log is a stage: each time it is ended at the next one. */
    @ParameterizedTest
    @MethodSource("stages")
    void afterKillMinus9AtAStage(int stage) {
        try (Command.Running running = startLogging("busybox", "sleep", "1000")) {
            running.awaitErrorLines(stage);
            kill(Victim.ALL, running.pid());
            running.end();
        }
        assertNothingIsLeft();
    }

    private Command.Running startLogging(String... arguments) {
        return whalebox.command(Stream.concat(
                                Stream.of("--log-level", "debug", "run", "--rm", "--cgroup-parent", "/" + GROUP),
                                Stream.of(arguments))
                        .toArray(String[]::new))
                .start();
    }

    private Stream<Integer> stages() {
        String log = whalebox.command(
                        "--log-level", "debug", "run", "--rm", "--cgroup-parent", "/" + GROUP, "busybox", "true")
                .run()
                .successful()
                .complaint();
        int lines = (int) log.lines().count();
        assertThat(lines).as("stages in the log:%n%s", log).isGreaterThan(3);
        // The last ones come when the program has ended.
        return Stream.iterate(1, stage -> stage + 1).limit(lines);
    }

    private static void kill(Victim victim, long client) {
        ProcessHandle process = ProcessHandle.of(client).orElseThrow();
        List<ProcessHandle> descendants = process.descendants().toList();
        Optional<ProcessHandle> engine = descendants.stream()
                .filter(handle -> command(handle).endsWith("/java"))
                .findFirst();
        Stream<ProcessHandle> victims = switch (victim) {
            case CLIENT -> Stream.of(process);
            case ENGINE -> engine.stream();
            case LAUNCHER -> engine.stream().flatMap(ProcessHandle::children);
            case ALL -> Stream.concat(Stream.of(process), descendants.stream());
        };
        victims.forEach(ProcessHandle::destroyForcibly);
    }

    private static String command(ProcessHandle process) {
        return process.info().command().orElse("");
    }
}
