package io.whalebox.runtime;

import io.whalebox.linux.Processes;

/**
 * A container whose program runs under its own monitor, in the process that started it. For other processes, and
 * later ones, there is {@link MonitorConnection#connect}.
 */
public final class MonitoredProcess implements AutoCloseable {
    private final int pid;
    private final int monitor;
    private final MonitorConnection connection;

    MonitoredProcess(int pid, int monitor, MonitorConnection connection) {
        this.pid = pid;
        this.monitor = monitor;
        this.connection = connection;
    }

    /** The process id of the container's first process, as this process sees it. */
    public int pid() {
        return pid;
    }

    /** The process id of its monitor, a child of this process. */
    public int monitor() {
        return monitor;
    }

    public MonitorConnection connection() {
        return connection;
    }

    /**
     * Waits for the end, and reaps the monitor, which stays a zombie where nobody calls this. To be called once. Blocks
     * its thread in the kernel.
     */
    public MonitorConnection.End await() {
        MonitorConnection.End end = connection.await();
        reap();
        return end;
    }

    /**
     * Waits for the end of the monitor, which stays a zombie where nobody does. It has nothing more to do once it has told
     * its container's end, but a process takes its time to go.
     */
    public void reap() {
        var _ = Processes.await(monitor);
    }

    /** Closes the connection. The container lives on. */
    @Override
    public void close() {
        connection.close();
    }
}
