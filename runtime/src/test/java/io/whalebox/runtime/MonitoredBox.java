package io.whalebox.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whalebox.linux.ControlListener;
import io.whalebox.linux.ControlSocket;
import io.whalebox.linux.Directory;
import io.whalebox.linux.Errno;
import io.whalebox.linux.Fd;
import io.whalebox.linux.FileLock;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Pipe;
import io.whalebox.linux.Processes;
import io.whalebox.runtime.Monitored.Log;
import io.whalebox.runtime.PlanCompiler.CgroupStart;
import io.whalebox.runtime.Spec.Console;
import io.whalebox.runtime.Spec.Device;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A container of busybox with a monitor, for tests: its directory, its lock, and the ways to start it. */
final class MonitoredBox implements AutoCloseable {
    private static final int SIGKILL = 9;
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    private final Path place;
    private final Path records;
    private final Directory directory;
    private Log log = Log.Files.UNLIMITED;
    private boolean input;
    private boolean init;
    private boolean pidNamespace = true;
    private String program = "sh";
    private User user = new User(0, 0, List.of(0));
    private Optional<Console> console = Optional.empty();
    private Optional<MonitoredProcess> started = Optional.empty();

    /** Makes the container's directory, and in {@code root} below it what it runs. */
    MonitoredBox(Path place) throws IOException {
        this(place, place);
    }

    /** The same with the log and the exit file elsewhere. */
    MonitoredBox(Path place, Path records) throws IOException {
        assumeTrue(Processes.effectiveUser() == 0, "making namespaces needs root");
        assumeTrue(Files.exists(BUSYBOX), "needs busybox-static");
        this.place = place;
        this.records = records;
        Path bin = Files.createDirectories(place.resolve("root/bin"));
        Files.createDirectories(place.resolve("root/proc"));
        Files.createDirectories(place.resolve("root/dev"));
        Files.copy(BUSYBOX, bin.resolve("busybox"));
        for (String applet : List.of("sh", "cat", "stty", "sleep", "head")) {
            Files.createLink(bin.resolve(applet), bin.resolve("busybox"));
        }
        directory = Directory.open(records.toString());
    }

    MonitoredBox log(Log other) {
        log = other;
        return this;
    }

    MonitoredBox input() {
        input = true;
        return this;
    }

    MonitoredBox init() {
        init = true;
        return this;
    }

    /** Runs this instead of a shell. */
    MonitoredBox program(String path) {
        program = path;
        return this;
    }

    MonitoredBox user(int uid) {
        user = new User(uid, uid, List.of(uid));
        return this;
    }

    MonitoredBox hostPids() {
        pidNamespace = false;
        return this;
    }

    MonitoredBox terminal() {
        console = Optional.of(new Console(24, 80));
        return this;
    }

    /** Starts a shell script. */
    MonitoredProcess start(String script, Attachment... attachments) throws IOException {
        Plan plan = PlanCompiler.compile(
                spec(script), new CgroupStart.None(), KernelFeatures.ofThisMachine(), new Monitored(log, input));
        Files.deleteIfExists(socket());
        try (FileLock lock = FileLock.on(directory);
                ControlListener listener = ControlListener.at(socket())) {
            MonitoredProcess process = Launcher.launch(
                    EncodedPlan.of(plan), new Inheritance(lock, directory, listener, List.of(), List.of(attachments)));
            started = Optional.of(process);
            return process;
        }
    }

    /** Starts a shell script, and waits until it has printed {@code ready}. */
    MonitoredProcess startAndGetReady(String script) throws IOException {
        ControlSocket.Pair connection = ControlSocket.pair();
        Pipe output = Pipe.open();
        MonitoredProcess process;
        try (Fd theirs = connection.theirs();
                Fd end = output.write()) {
            process = start(script, Attachment.of().connection(theirs).output(end));
        }
        try (MonitorConnection _ = MonitorConnection.of(connection.ours());
                Fd end = output.read()) {
            assertThat(new Reader(end).line()).isEqualTo("ready");
        }
        return process;
    }

    /** A connection such as another engine makes. */
    MonitorConnection connect() {
        return MonitorConnection.connect(socket());
    }

    private Path socket() {
        return place.resolve("socket");
    }

    /** Whether a monitor lives. */
    boolean locked() {
        Optional<FileLock> free = FileLock.tryOn(directory);
        free.ifPresent(FileLock::close);
        return free.isEmpty();
    }

    Optional<ExitFile> exit() {
        return ExitFile.read(directory);
    }

    /** The recorded output. */
    List<LogEntry> entries() throws IOException {
        return LogEntry.read(file(Log.NAME));
    }

    Path file(String name) {
        return records.resolve(name);
    }

    @Override
    public void close() {
        if (locked()) {
            kill();
            FileLock.on(directory).close();
        }
        started.ifPresent(MonitoredProcess::close);
        directory.close();
    }

    private void kill() {
        try (MonitorConnection connection = connect()) {
            connection.signal(SIGKILL);
        } catch (LinuxException e) {
            // Its monitor may be about to leave.
            if (!e.is(Errno.ECONNREFUSED)) {
                throw e;
            }
        }
    }

    private Spec spec(String script) {
        List<Namespace> namespaces = pidNamespace
                ? List.of(Namespace.MOUNT, Namespace.PID, Namespace.IPC, Namespace.UTS)
                : List.of(Namespace.MOUNT, Namespace.IPC, Namespace.UTS);
        List<Mount> mounts = List.of(
                new Mount("/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev"), Shape.DIRECTORY),
                new Mount("/dev", "tmpfs", "tmpfs", List.of("nosuid", "mode=755"), Shape.DIRECTORY),
                new Mount("/dev/pts", "devpts", "devpts", List.of("newinstance", "ptmxmode=0666"), Shape.DIRECTORY));
        return new Spec(
                new Program(
                        List.of(program, "-c", script),
                        List.of("PATH=/bin"),
                        "/",
                        user,
                        CapabilitySet.DEFAULT,
                        List.of(),
                        false,
                        OptionalInt.empty(),
                        console,
                        init),
                new Root.Directory(place.resolve("root").toString(), false),
                Optional.of("box"),
                Optional.empty(),
                mounts,
                new Isolation(namespaces, List.of(), List.of()),
                new Protection(
                        Optional.empty(),
                        // A shell reads it on behalf of what it runs in the background.
                        List.of(new Device('c', "/dev/null", 1, 3, 0666, 0, 0)),
                        List.of(),
                        List.of(),
                        Map.of(),
                        Optional.empty()));
    }
}
