package io.whalebox.runtime;

import io.whalebox.linux.ControlSocket;
import io.whalebox.linux.Fd;
import io.whalebox.linux.Memfd;
import io.whalebox.linux.OpenFlags;
import io.whalebox.linux.Processes;
import io.whalebox.linux.Spawn;
import io.whalebox.runtime.Handshake.Started;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Executes plans, each in a process of the native launcher.
 *
 * <p>The program runs from a sealed memory file: there is nothing on disk that a container could overwrite
 * (CVE-2019-5736), and nothing to install.
 */
public final class Launcher {
    /** Names the program where it is installed, which is read faster than out of a jar. */
    private static final String PROPERTY = "whalebox.launcher";

    private static final String RESOURCE = "/io/whalebox/native/launcher";
    private static final Launcher INSTANCE = new Launcher();

    private final Fd program;
    private final LaunchersAhead ahead;

    private Launcher() {
        try {
            program = Memfd.sealed("whalebox-launcher", read());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ahead = new LaunchersAhead(program);
    }

    private static byte[] read() throws IOException {
        String installed = System.getProperty(PROPERTY, "");
        if (!installed.isEmpty()) {
            return Files.readAllBytes(Path.of(installed));
        }
        try (InputStream resource = Launcher.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("this build of whalebox has no launcher for " + RESOURCE);
            }
            return resource.readAllBytes();
        }
    }

    /**
     * Executes a plan and waits until the container's program runs. Blocks its thread in the kernel: not for virtual
     * threads.
     *
     * @param streams standard input, output and error of the container; its own copies are made
     * @param cgroups descriptors of the control groups that the plan enters
     * @throws LaunchException when a step failed; nothing of the container is left but its files
     */
    public static LaunchedProcess launch(EncodedPlan plan, List<Fd> streams, List<Fd> cgroups) {
        return INSTANCE.start(plan, streams, cgroups);
    }

    /**
     * Executes a plan for a monitored container and waits until its program runs. The monitor's descriptors and lock
     * are its own; whatever becomes of this process, the container lives on. Blocks its thread in the kernel: not for
     * virtual threads.
     *
     * @param plan compiled with {@link Monitored}
     * @throws LaunchException when a step failed; nothing of the container is left but its files
     */
    public static MonitoredProcess launch(EncodedPlan plan, Inheritance inheritance) {
        return INSTANCE.start(plan, inheritance);
    }

    /**
     * Whether to keep a launcher started ahead from now on, for the next plan. Worth it in a process that starts containers
     * again and again.
     */
    public static void keepAhead(boolean ahead) {
        INSTANCE.ahead.keep(ahead);
    }

    private LaunchedProcess start(EncodedPlan plan, List<Fd> streams, List<Fd> cgroups) {
        Begun begun = begin(plan, List.of(), streams, cgroups);
        Started started = awaitStart(plan, begun);
        return new LaunchedProcess(begun.launcher(), begun.control(), started);
    }

    private MonitoredProcess start(EncodedPlan plan, Inheritance inheritance) {
        try (Fd empty = Fd.open("/dev/null", OpenFlags.O_RDWR)) {
            List<Fd> more = new ArrayList<>();
            more.add(inheritance.lock().descriptor());
            more.add(inheritance.directory().fd());
            more.add(inheritance.listener().fd());
            // The plan puts the streams' ends there, which nothing else may have taken by then.
            more.addAll(List.of(empty, empty, empty));
            more.addAll(inheritance.entries());
            Begun begun = begin(plan, inheritance.attachments(), List.of(empty, empty, empty), more);
            Started started = awaitStart(plan, begun);
            return new MonitoredProcess(
                    started.pid(),
                    begun.launcher(),
                    new MonitorConnection(
                            begun.control(), inheritance.attachments().size()));
        }
    }

    /** A launcher that has all that it needs. */
    private record Begun(int launcher, ControlSocket control) {}

    private Begun begin(EncodedPlan plan, List<Attachment> attachments, List<Fd> streams, List<Fd> more) {
        try (Fd planFile = Memfd.sealed("whalebox-plan", plan.bytes())) {
            Optional<Begun> begun = ahead.take().flatMap(ready -> begin(ready, attachments, streams, planFile, more));
            if (begun.isPresent()) {
                return begun.get();
            }
            ControlSocket.Pair control = ControlSocket.pair();
            try (Fd theirs = control.theirs()) {
                attach(attachments, control.ours());
                List<Fd> descriptors = new ArrayList<>(streams);
                descriptors.add(planFile);
                descriptors.add(theirs);
                descriptors.addAll(more);
                return new Begun(spawn(descriptors), control.ours());
            } catch (RuntimeException e) {
                control.ours().close();
                throw e;
            }
        }
    }

    /** With one that stands ready; nothing when somebody has killed it. */
    private static Optional<Begun> begin(
            ParkedLauncher ready, List<Attachment> attachments, List<Fd> streams, Fd plan, List<Fd> more) {
        boolean begun = false;
        try {
            attach(attachments, ready.control());
            begun = ready.begin(streams, plan, more);
            return begun ? Optional.of(new Begun(ready.pid(), ready.control())) : Optional.empty();
        } finally {
            if (!begun) {
                ready.close();
            }
        }
    }

    /** Before there is anyone to read them, and so before the container can have written anything. */
    private static void attach(List<Attachment> attachments, ControlSocket control) {
        for (Attachment attachment : attachments) {
            var _ = control.send(attachment.command(), attachment.descriptors());
        }
    }

    private static Started awaitStart(EncodedPlan plan, Begun begun) {
        try {
            return Handshake.await(plan.plan(), begun.control());
        } catch (RuntimeException e) {
            begun.control().close();
            var _ = Processes.await(begun.launcher());
            throw e;
        }
    }

    /** The child's numbers begin at 0, and none of ours may be among those that it is about to overwrite. */
    private int spawn(List<Fd> descriptors) {
        List<Fd> copies = new ArrayList<>();
        try {
            List<Fd> safe = new ArrayList<>();
            for (Fd descriptor : descriptors) {
                if (descriptor.number() < descriptors.size()) {
                    Fd copy = descriptor.duplicate(descriptors.size());
                    copies.add(copy);
                    safe.add(copy);
                } else {
                    safe.add(descriptor);
                }
            }
            return Spawn.start(program, "whalebox", safe);
        } finally {
            copies.forEach(Fd::close);
        }
    }

    /** A container's process as its launcher sees it. */
    public static final class LaunchedProcess implements AutoCloseable {
        private final int launcher;
        private final ControlSocket control;
        private final Started started;
        private Optional<WaitStatus> ended = Optional.empty();

        private LaunchedProcess(int launcher, ControlSocket control, Started started) {
            this.launcher = launcher;
            this.control = control;
            this.started = started;
        }

        /** The process id of the container's first process, as the engine sees it. */
        public int pid() {
            return started.pid();
        }

        /** The engine's side of the container's terminal, if the plan made one; the caller closes it. */
        public Optional<Fd> terminal() {
            return started.terminal();
        }

        /** Sends a signal to the container's first process; false when the launcher has gone. */
        public synchronized boolean signal(int signal) {
            return !reaped && control.send(Command.signal(signal));
        }

        /**
         * Waits for the end of the container's first process. Blocks its thread in the kernel.
         *
         * @throws LaunchException when the launcher was killed before it could tell
         */
        public WaitStatus await() {
            while (ended.isEmpty()) {
                Report report = Report.receive(control).orElseThrow(() -> {
                    close();
                    return LaunchException.launcherDied();
                });
                if (report instanceof Report.Exited exited) {
                    ended = Optional.of(new WaitStatus(exited.status()));
                }
            }
            close();
            return ended.get();
        }

        private boolean reaped;

        /** Lets go of the launcher, which kills a container that still runs, and waits for its end. */
        @Override
        public void close() {
            synchronized (this) {
                control.close();
                if (reaped) {
                    return;
                }
                reaped = true;
            }
            Processes.await(launcher);
        }
    }
}
