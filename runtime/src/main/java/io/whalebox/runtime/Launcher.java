package io.whalebox.runtime;

import io.whalebox.linux.ControlSocket;
import io.whalebox.linux.Fd;
import io.whalebox.linux.Memfd;
import io.whalebox.linux.Processes;
import io.whalebox.linux.Spawn;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
    private static final String RESOURCE = "/io/whalebox/native/launcher";
    private static final Launcher INSTANCE = new Launcher();

    private final Fd program;

    private Launcher() {
        try (InputStream resource = Launcher.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("this build of whalebox has no launcher for " + RESOURCE);
            }
            program = Memfd.sealed("whalebox-launcher", resource.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
    public static LaunchedProcess launch(Plan plan, List<Fd> streams, List<Fd> cgroups) {
        return INSTANCE.start(plan, streams, cgroups);
    }

    private LaunchedProcess start(Plan plan, List<Fd> streams, List<Fd> cgroups) {
        ControlSocket.Pair control = ControlSocket.pair();
        int launcher;
        try (Fd theirs = control.theirs();
                Fd planFile = Memfd.sealed("whalebox-plan", PlanEncoding.encode(plan))) {
            List<Fd> descriptors = new ArrayList<>(streams);
            descriptors.add(planFile);
            descriptors.add(theirs);
            descriptors.addAll(cgroups);
            launcher = spawn(descriptors);
        } catch (RuntimeException e) {
            control.ours().close();
            throw e;
        }
        return new LaunchedProcess(plan, launcher, control.ours()).awaitStart();
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
        private final Plan plan;
        private final int launcher;
        private final ControlSocket control;
        private Optional<Fd> terminal = Optional.empty();
        private Optional<WaitStatus> ended = Optional.empty();
        private int pid;

        private LaunchedProcess(Plan plan, int launcher, ControlSocket control) {
            this.plan = plan;
            this.launcher = launcher;
            this.control = control;
        }

        private LaunchedProcess awaitStart() {
            Optional<LaunchException> failure = Optional.empty();
            while (true) {
                Optional<Report> report = next();
                if (report.isEmpty()) {
                    close();
                    throw failure.orElseGet(LaunchException::launcherDied);
                }
                switch (report.get()) {
                    case Report.Failed failed ->
                        failure = Optional.of(failure.orElseGet(
                                () -> LaunchException.of(plan.steps().get(failed.step()), failed.errno())));
                    case Report.Note note ->
                        terminal = note.descriptors().stream().findFirst();
                    case Report.Exited _ -> {
                        // Before it started: the failure has been told, and the end of the socket follows.
                    }
                    case Report.Started started -> {
                        // The pipe that tells of the start also closes when the process ends before it.
                        if (failure.isEmpty()) {
                            pid = started.pid();
                            return this;
                        }
                    }
                }
            }
        }

        /** The process id of the container's first process, as the engine sees it. */
        public int pid() {
            return pid;
        }

        /** The engine's side of the container's terminal, if the plan made one; the caller closes it. */
        public Optional<Fd> terminal() {
            return terminal;
        }

        /** Sends a signal to the container's first process; false when the launcher has gone. */
        public synchronized boolean signal(int signal) {
            return !reaped && control.send(Report.command(signal));
        }

        /**
         * Waits for the end of the container's first process. Blocks its thread in the kernel.
         *
         * @throws LaunchException when the launcher was killed before it could tell
         */
        public WaitStatus await() {
            while (ended.isEmpty()) {
                Report report = next().orElseThrow(() -> {
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

        private Optional<Report> next() {
            ControlSocket.Packet packet = control.receive();
            return packet.bytes().remaining() < Report.SIZE
                    ? Optional.empty()
                    : Optional.of(Report.of(packet.bytes(), packet.descriptors()));
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
