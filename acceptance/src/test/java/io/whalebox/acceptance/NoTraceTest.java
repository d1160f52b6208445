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
        assertThat(whalebox.runDirectory().resolve("owned")).isEmptyDirectory();
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
        } catch (IOException | UncheckedIOException vanished) {
            // Something was removed meanwhile; the next look sees it whole.
            return files(root);
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

    /** What appears one after the other while a container is made; each time all is ended at the next one. */
    enum Stage {
        NAME,
        DIRECTORY,
        LAYER,
        RECORD,
        GROUP,
        LAUNCHER,
        CONTAINER
    }

    private boolean reached(Stage stage, long client) {
        Path containers = whalebox.store().resolve("containers");
        return switch (stage) {
            case NAME -> files(whalebox.store().resolve("names")).size() > 1;
            case DIRECTORY -> files(containers).size() > 1;
            case LAYER -> files(containers).stream().anyMatch(file -> file.endsWith("upper"));
            case RECORD -> files(containers).stream().anyMatch(file -> file.endsWith("container.json"));
            case GROUP -> hierarchies().stream().anyMatch(hierarchy -> Files.exists(hierarchy.resolve(GROUP)));
            case LAUNCHER -> descendants(client) > 1;
            case CONTAINER -> descendants(client) > 2;
        };
    }

    /** The client's: the engine, its launcher, the launcher's container. */
    private static long descendants(long client) {
        return ProcessHandle.of(client)
                .map(ProcessHandle::descendants)
                .orElseGet(Stream::empty)
                .count();
    }

    @ParameterizedTest
    @EnumSource
    void afterKillMinus9AtAStage(Stage stage) {
        try (Command.Running running = start("busybox", "sleep", "1000")) {
            // Looked for without a pause, since a stage may be over in a millisecond.
            while (!reached(stage, running.pid())) {
                assertThat(running.isAlive())
                        .as("still on its way to %s", stage)
                        .isTrue();
            }
            kill(Victim.ALL, running.pid());
            running.end();
        }
        assertNothingIsLeft();
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
