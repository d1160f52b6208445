package io.whalebox.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whalebox.linux.Fd;
import io.whalebox.linux.OpenFlags;
import io.whalebox.linux.Processes;
import io.whalebox.runtime.PlanCompiler.CgroupStart;
import io.whalebox.runtime.Spec.Isolation;
import io.whalebox.runtime.Spec.Mount;
import io.whalebox.runtime.Spec.Program;
import io.whalebox.runtime.Spec.Protection;
import io.whalebox.runtime.Spec.Root;
import io.whalebox.runtime.Spec.Shape;
import io.whalebox.runtime.Spec.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans executed for real: needs root and a static busybox. */
class LauncherTest {
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    @TempDir
    Path directory;

    private int runs;

    @BeforeEach
    void makeRootFileSystem() throws IOException {
        assumeTrue(Processes.effectiveUser() == 0, "making namespaces needs root");
        assumeTrue(Files.exists(BUSYBOX), "needs busybox-static");
        Path bin = Files.createDirectories(directory.resolve("layer/bin"));
        Files.copy(BUSYBOX, bin.resolve("busybox"));
        for (String applet : List.of("sh", "true", "cat", "echo", "ls", "mount", "id", "hostname", "ps", "env")) {
            Files.createLink(bin.resolve(applet), bin.resolve("busybox"));
        }
    }

    @Test
    void aProgramRunsAndItsExitStatusComesBack() throws IOException {
        assertThat(run("sh", "-c", "exit 7").exitStatus()).isEqualTo(7);
    }

    @Test
    void theProgramSeesItsOwnNamespaces() throws IOException {
        run("sh", "-c", "hostname; echo $$; ls / /dev; mount; id");

        assertThat(output()).startsWith("box\n1\n").contains("proc on /proc").contains("uid=0 gid=0 groups=0");
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> run("nonesuch"))
                .isInstanceOf(LaunchException.class)
                .hasMessage("exec: \"nonesuch\": executable file not found in $PATH")
                .extracting(e -> ((LaunchException) e).exitStatus())
                .isEqualTo(127);
    }

    @Test
    void aProgramThatIsNoProgramIsNamed() {
        assertThatThrownBy(() -> run("/bin"))
                .hasMessage("exec: \"/bin\": permission denied")
                .extracting(e -> ((LaunchException) e).exitStatus())
                .isEqualTo(126);
    }

    @Test
    void oneThatWasStartedAheadRunsTheNextPlan() throws IOException {
        Launcher.keepAhead(true);
        int ahead = awaitAhead();

        assertThat(run("sh", "-c", "echo here; exit 7").exitStatus()).isEqualTo(7);
        assertThat(output()).isEqualTo("here\n");
        assertThat(ProcessHandle.of(ahead)).isEmpty();
    }

    @Test
    void oneThatWasStartedAheadHoldsNothingOfOurs() throws IOException {
        Launcher.keepAhead(true);
        Path descriptors = Path.of("/proc", String.valueOf(awaitAhead()), "fd");

        await(() -> names(descriptors).equals(List.of("3", "4")));
    }

    @Test
    void oneThatWasKilledIsMissedByNobody() throws IOException {
        Launcher.keepAhead(true);
        int ahead = awaitAhead();
        Processes.kill(ahead, 9);
        await(() -> text(Path.of("/proc", String.valueOf(ahead), "stat")).contains(") Z "));

        assertThat(run("sh", "-c", "exit 7").exitStatus()).isEqualTo(7);
    }

    @Test
    void theNextOneFollowsUntilNoneIsWanted() throws IOException {
        Launcher.keepAhead(true);
        for (int i = 0; i < 3; i++) {
            assertThat(run("true").exitStatus()).isZero();
            var _ = awaitAhead();
        }
        Launcher.keepAhead(false);

        await(() -> ahead().isEmpty());
        assertThat(run("true").exitStatus()).isZero();
    }

    @AfterEach
    void keepNone() {
        Launcher.keepAhead(false);
    }

    /** The launcher that waits for work: a child of ours by that name which is not a container's. */
    private static Optional<Integer> ahead() {
        return ProcessHandle.current()
                .children()
                .map(child -> (int) child.pid())
                .filter(pid ->
                        text(Path.of("/proc", String.valueOf(pid), "cmdline")).equals("whalebox\0"))
                .findFirst();
    }

    /** A child has its words only some time after it is there. */
    private static int awaitAhead() {
        await(() -> ahead().isPresent());
        return ahead().orElseThrow();
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            // It has just ended.
            return "";
        }
    }

    private static List<String> names(Path directory) {
        String[] names = directory.toFile().list();
        return names == null ? List.of() : Stream.of(names).sorted().toList();
    }

    private WaitStatus run(String... command) throws IOException {
        runs++;
        Files.createDirectories(own().resolve("upper"));
        Files.createDirectories(own().resolve("work"));
        Plan plan =
                PlanCompiler.compile(spec(List.of(command)), new CgroupStart.None(), KernelFeatures.ofThisMachine());
        int create = OpenFlags.O_CREAT | OpenFlags.O_TRUNC | OpenFlags.O_WRONLY;
        try (Fd input = Fd.open("/dev/null", OpenFlags.O_RDONLY);
                Fd output = Fd.open(directory.resolve("output").toString(), create, 0600)) {
            return Launcher.launch(EncodedPlan.of(plan), List.of(input, output, output), List.of())
                    .await();
        }
    }

    /** Another for each run: its overlay is mounted without care for the next one. */
    private Path own() {
        return directory.resolve("own-" + runs);
    }

    private String output() throws IOException {
        return Files.readString(directory.resolve("output"));
    }

    private Spec spec(List<String> command) {
        List<Namespace> namespaces =
                List.of(Namespace.MOUNT, Namespace.PID, Namespace.NETWORK, Namespace.IPC, Namespace.UTS);
        return new Spec(
                new Program(
                        command,
                        List.of("PATH=/usr/bin:/bin"),
                        "/",
                        new User(0, 0, List.of(0)),
                        CapabilitySet.DEFAULT,
                        List.of(),
                        false,
                        OptionalInt.empty(),
                        Optional.empty(),
                        false),
                new Root.Overlay(List.of(directory.resolve("layer").toString()), own().toString(), true, false),
                Optional.of("box"),
                Optional.empty(),
                List.of(
                        new Mount("/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev"), Shape.DIRECTORY),
                        new Mount("/dev", "tmpfs", "tmpfs", List.of("nosuid", "mode=755"), Shape.DIRECTORY)),
                new Isolation(namespaces, List.of(), List.of()),
                new Protection(
                        Optional.empty(),
                        List.of(),
                        List.of("/proc/kcore", "/proc/scsi"),
                        List.of("/proc/sys"),
                        Map.of(),
                        Optional.empty()));
    }
}
