package io.whalebox.engine;

import io.whalebox.linux.Fd;
import io.whalebox.linux.Signal;
import io.whalebox.runtime.LaunchException;
import io.whalebox.runtime.Launcher.LaunchedProcess;
import io.whalebox.runtime.WaitStatus;
import io.whalebox.runtime.cgroup.Cgroup;
import java.time.Instant;
import java.util.Optional;

/**
 * A container whose program runs. Whoever holds this is responsible for it: closing it ends the container, and leaves
 * nothing of it but what is to be kept.
 */
public final class RunningContainer implements AutoCloseable {
    private final ContainerRecord container;
    private final LaunchedProcess process;
    private final Cgroup cgroup;
    private final Teardown teardown;
    private boolean over;

    /** How the end of a container is written down. */
    @FunctionalInterface
    interface Teardown {
        void end(ContainerRecord container, ContainerState ended);
    }

    /**
     * How it ended.
     *
     * @param exitStatus of its program, or 128 and the signal that ended it
     * @param outOfMemory whether the kernel killed a process of it because memory ran out
     */
    public record Exit(int exitStatus, boolean outOfMemory) {}

    RunningContainer(ContainerRecord container, LaunchedProcess process, Cgroup cgroup, Teardown teardown) {
        this.container = container;
        this.process = process;
        this.cgroup = cgroup;
        this.teardown = teardown;
    }

    public String id() {
        return container.id();
    }

    public String name() {
        return container.name();
    }

    /** The process id of its first process, in this process's PID namespace. */
    public int pid() {
        return process.pid();
    }

    /** Its control group, for those who want to look at it or change its limits. */
    public Cgroup cgroup() {
        return cgroup;
    }

    /** The engine's side of its terminal, if it has one. Closed with this. */
    public Optional<Fd> terminal() {
        return process.terminal();
    }

    /** Sends a signal (signal(7)) to its first process; false when that has ended. */
    public boolean signal(Signal signal) {
        return process.signal(signal.number());
    }

    /** The signal that asks it to end. */
    public Signal stopSignal() {
        return container.stopSignal();
    }

    /** Waits for its end. Blocks its thread in the kernel: not for virtual threads. */
    public Exit await() {
        WaitStatus status;
        try {
            status = process.await();
        } catch (LaunchException e) {
            finish(WaitStatus.KILLED);
            throw e;
        }
        return finish(status.exitStatus());
    }

    private Exit finish(int exitStatus) {
        over = true;
        Exit exit = new Exit(exitStatus, cgroup.oomKilled());
        // A program that shares the host's PID namespace may have left children, which are the container all the same.
        cgroup.end();
        teardown.end(container, container.state().endedAt(Instant.now().toString(), exitStatus, exit.outOfMemory()));
        return exit;
    }

    @Override
    public void close() {
        terminal().ifPresent(Fd::close);
        process.close();
        if (!over) {
            finish(WaitStatus.KILLED);
        }
    }
}
