package io.whalebox.engine;

import io.whalebox.linux.ControlListener;
import io.whalebox.linux.Directory;
import io.whalebox.linux.DirectoryEntry;
import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Fd;
import io.whalebox.linux.FileLock;
import io.whalebox.linux.FileName;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.PidFd;
import io.whalebox.linux.Randomness;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Attachment;
import io.whalebox.runtime.EncodedPlan;
import io.whalebox.runtime.ExecCompiler;
import io.whalebox.runtime.Inheritance;
import io.whalebox.runtime.LaunchException;
import io.whalebox.runtime.Launcher;
import io.whalebox.runtime.MonitorConnection;
import io.whalebox.runtime.Monitored;
import io.whalebox.runtime.Plan;
import io.whalebox.runtime.Step;
import io.whalebox.runtime.cgroup.Cgroup;
import io.whalebox.runtime.cgroup.CgroupEntry;
import io.whalebox.storage.LayerStack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The start of one further program in a container. */
final class ExecStart {
    private static final int ID_BYTES = 32;
    private static final FileName EXECS = FileName.of("exec");

    private final Engine engine;
    private final ContainerRecord container;
    private final String id = Randomness.hex(ID_BYTES);
    private final FileName name = FileName.of(id);

    ExecStart(Engine engine, ContainerRecord container) {
        this.engine = engine;
        this.container = container;
    }

    Exec start(ExecSpec spec, List<Attachment> attachments) {
        String command = String.join(" ", spec.command());
        engine.events().tell(container, "exec_create: " + command, "execID", id);
        try (PidFd first = firstProcess()) {
            if (engine.isPaused(container)) {
                // It would be stopped there before it could run anything, and this with it.
                throw new WhaleboxException(
                        ErrorKind.CONFLICT,
                        "Container " + container.id() + " is paused, unpause the container before exec");
            }
            Plan plan = plan(spec);
            Cgroup group = engine.cgroups().find(container.cgroupPath()).orElseThrow(this::notRunning);
            try (CgroupEntry entry = group.entry()) {
                List<Fd> entries = new ArrayList<>();
                entries.add(first.descriptor());
                entries.addAll(entry.descriptors());
                Exec exec = launch(plan, entries, attachments);
                engine.events().tell(container, "exec_start: " + command, "execID", id);
                return exec;
            }
        } catch (LaunchException e) {
            // It ended before the program was in it, which the kernel says in several ways.
            if (e.subject() instanceof Step.Subject.Setup && !engine.isRunning(container)) {
                throw notRunning();
            }
            throw e;
        }
    }

    /**
     * The container's first process. That its monitor says twice that it runs means that the monitor has not waited for
     * it in between, and so that the number was not free for another process when it was opened.
     */
    PidFd firstProcess() {
        try (MonitorConnection monitor =
                Monitors.reach(engine, container.id(), this::foreign).orElseThrow(this::notRunning)) {
            PidFd process = Optional.of(monitor.status())
                    .filter(MonitorConnection.Running.class::isInstance)
                    .map(MonitorConnection.Running.class::cast)
                    .flatMap(running -> PidFd.find(running.pid()))
                    .orElseThrow(this::notRunning);
            if (!(monitor.status() instanceof MonitorConnection.Running)) {
                process.close();
                throw notRunning();
            }
            return process;
        }
    }

    private Plan plan(ExecSpec spec) {
        ProcessRecord process = ProcessFile.read(directory());
        Accounts.Identity identity = Accounts.of(files())
                .identity(spec.user().filter(it -> !it.isEmpty()).orElse(process.user()), process.groups());
        return ExecCompiler.compile(
                process.program(spec, identity),
                process.isolation(),
                process.seccomp(),
                engine.cgroupStart(),
                new Monitored(new Monitored.Log.None(), spec.stdin()));
    }

    /** The container's files as they are now. */
    private LayerStack files() {
        List<Path> directories = new ArrayList<>();
        directories.add(directory().resolve("upper"));
        directories.addAll(engine.files(container).lowerDirectories());
        return new LayerStack(directories);
    }

    private Path directory() {
        return engine.home().container(container.id());
    }

    private Exec launch(Plan plan, List<Fd> entries, List<Attachment> attachments) {
        try (Directory own = Directory.open(directory().toString());
                Directory execs = execs(own);
                FileLock lock = claim(execs)) {
            try (Directory directory = execs.subdirectory(name);
                    ControlListener listener = ControlListener.at(
                            directory().resolve("exec").resolve(id).resolve("monitor"))) {
                return Exec.of(
                        id,
                        Launcher.launch(
                                EncodedPlan.of(plan), new Inheritance(lock, directory, listener, entries, attachments)),
                        this::ended);
            } catch (RuntimeException e) {
                execs.removeTree(name);
                throw e;
            }
        }
    }

    /** Makes a directory and locks it, before anyone else can take it for one that is left over. */
    private FileLock claim(Directory execs) {
        try (FileLock _ = FileLock.on(execs)) {
            sweep(execs);
            execs.mkdir(name, 0700);
            try (Directory directory = execs.subdirectory(name)) {
                return FileLock.on(directory);
            }
        }
    }

    private static Directory execs(Directory container) {
        container.mkdirIfAbsent(EXECS, 0700);
        return container.subdirectory(EXECS);
    }

    /** Removes what is left of programs that nobody waited for; those that run hold a lock. */
    private static void sweep(Directory execs) {
        for (DirectoryEntry entry : execs.list()) {
            boolean over;
            try (Directory directory = execs.subdirectory(entry.name())) {
                Optional<FileLock> free = FileLock.tryOn(directory);
                free.ifPresent(FileLock::close);
                over = free.isPresent();
            }
            if (over) {
                execs.removeTree(entry.name());
            }
        }
    }

    private void ended(int status) {
        tidy();
        engine.events().tell(container, "exec_die", "execID", id, "exitCode", String.valueOf(status));
    }

    /** After the end of the program; the container, and all of its directory, may be gone before. */
    private void tidy() {
        try (Directory own = Directory.open(directory().toString());
                Directory execs = own.subdirectory(EXECS);
                FileLock _ = FileLock.on(execs)) {
            if (execs.find(name).isPresent()) {
                execs.removeTree(name);
            }
        } catch (LinuxException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }

    private WhaleboxException notRunning() {
        return new WhaleboxException(ErrorKind.CONFLICT, "container " + container.id() + " is not running");
    }

    private WhaleboxException foreign() {
        return new WhaleboxException(
                ErrorKind.CONFLICT,
                "cannot run a program in container " + container.id()
                        + ": it belongs to the process that runs it and has no monitor");
    }
}
