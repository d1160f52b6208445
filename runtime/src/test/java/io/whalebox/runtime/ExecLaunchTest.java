package io.whalebox.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.ControlListener;
import io.whalebox.linux.Directory;
import io.whalebox.linux.Fd;
import io.whalebox.linux.FileLock;
import io.whalebox.linux.PidFd;
import io.whalebox.linux.Pipe;
import io.whalebox.runtime.PlanCompiler.CgroupStart;
import io.whalebox.runtime.Spec.Console;
import io.whalebox.runtime.Spec.Isolation;
import io.whalebox.runtime.Spec.Program;
import io.whalebox.runtime.Spec.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Further programs in a container that runs. */
class ExecLaunchTest {
    private static final String IDLE = "echo ready; exec sleep 1000";

    @TempDir
    Path place;

    private Path own;

    @BeforeEach
    void makeDirectory() throws IOException {
        own = Files.createDirectory(place.resolve("exec"));
    }

    @Test
    void aProgramIsInTheContainersNamespacesAndRoot() throws IOException {
        try (MonitoredBox box = new MonitoredBox(place.resolve("box"))) {
            MonitoredProcess container = box.startAndGetReady(IDLE);
            assertThat(output(
                            container, "read -r first < /proc/1/comm; echo $first; cat /proc/sys/kernel/hostname; pwd"))
                    .containsExactly("sleep", "box", "/");
        }
    }

    @Test
    void nothingThatLeadsToTheHostIsLeftOpen() throws IOException {
        try (MonitoredBox box = new MonitoredBox(place.resolve("box"))) {
            MonitoredProcess container = box.startAndGetReady(IDLE);
            assertThat(output(
                            container, "for fd in $(busybox seq 3 99); do [ -e /proc/$$/fd/$fd ] && echo $fd; done; :"))
                    .isEmpty();
        }
    }

    @Test
    void aTerminalIsTheContainersOwnAndHasItsSize() throws IOException {
        try (MonitoredBox box = new MonitoredBox(place.resolve("box"))) {
            MonitoredProcess container = box.startAndGetReady(IDLE);
            assertThat(output(container, Optional.of(new Console(17, 93)), "stty size; echo /dev/pts/*"))
                    .containsExactly("17 93", "/dev/pts/0 /dev/pts/ptmx");
        }
    }

    @Test
    void theEndOfTheContainerIsTheEndOfTheProgram() throws IOException {
        try (MonitoredBox box = new MonitoredBox(place.resolve("box"))) {
            MonitoredProcess container = box.startAndGetReady(IDLE);
            try (MonitoredProcess program = exec(container, Optional.empty(), "exec sleep 1000", Attachment.of())) {
                container.connection().signal(9);
                assertThat(program.await()).isEqualTo(new MonitorConnection.Exited(new WaitStatus(9)));
            }
        }
    }

    @Test
    void aProgramThatIsNotThereIsSaidToBeMissing() throws IOException {
        try (MonitoredBox box = new MonitoredBox(place.resolve("box"))) {
            MonitoredProcess container = box.startAndGetReady(IDLE);
            assertThatThrownBy(() -> exec(container, program(Optional.empty(), "nonesuch"), Attachment.of()))
                    .isInstanceOfSatisfying(
                            LaunchException.class,
                            e -> assertThat(e.exitStatus()).isEqualTo(127));
        }
    }

    private List<String> output(MonitoredProcess container, String script) throws IOException {
        return output(container, Optional.empty(), script);
    }

    private List<String> output(MonitoredProcess container, Optional<Console> console, String script)
            throws IOException {
        Pipe pipe = Pipe.open();
        try (Fd end = pipe.read()) {
            MonitoredProcess program;
            try (Fd theirs = pipe.write()) {
                program = exec(
                        container,
                        console,
                        script,
                        Attachment.of().output(theirs).error(theirs));
            }
            try (program) {
                List<String> lines = new Reader(end).text().lines().toList();
                assertThat(program.await()).isEqualTo(new MonitorConnection.Exited(new WaitStatus(0)));
                return lines;
            }
        }
    }

    private MonitoredProcess exec(
            MonitoredProcess container, Optional<Console> console, String script, Attachment attachment)
            throws IOException {
        return exec(container, program(console, "sh", "-c", script), attachment);
    }

    private MonitoredProcess exec(MonitoredProcess container, Program program, Attachment attachment)
            throws IOException {
        Isolation isolation = new Isolation(
                List.of(Namespace.MOUNT, Namespace.PID, Namespace.IPC, Namespace.UTS), List.of(), List.of());
        Plan plan = ExecCompiler.compile(
                program,
                isolation,
                Optional.empty(),
                new CgroupStart.None(),
                new Monitored(new Monitored.Log.None(), false));
        try (PidFd target = PidFd.find(container.pid()).orElseThrow();
                Directory directory = Directory.open(own.toString());
                FileLock lock = FileLock.on(directory);
                ControlListener listener = ControlListener.at(own.resolve("monitor"))) {
            return Launcher.launch(
                    EncodedPlan.of(plan),
                    new Inheritance(lock, directory, listener, List.of(target.descriptor()), List.of(attachment)));
        }
    }

    private static Program program(Optional<Console> console, String... args) {
        return new Program(
                List.of(args),
                List.of("PATH=/bin"),
                "/",
                new User(0, 0, List.of(0)),
                CapabilitySet.DEFAULT,
                List.of(),
                false,
                OptionalInt.empty(),
                console,
                false);
    }
}
