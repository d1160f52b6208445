package io.whalebox.linux;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A process held by a descriptor (pidfd_open(2)): unlike its number, which may belong to another process the moment
 * it has ended, this stays that process.
 */
public final class PidFd implements AutoCloseable {
    private final Fd descriptor;

    private PidFd(Fd descriptor) {
        this.descriptor = descriptor;
    }

    /** The process that has this number now, if one has. */
    public static Optional<PidFd> find(int pid) {
        long result = Kernel.attempt(Syscall.PIDFD_OPEN, pid, 0);
        if (result == -Errno.ESRCH.number()) {
            return Optional.empty();
        }
        if (result < 0) {
            throw new LinuxException("pidfd_open", Errno.of((int) -result), "process " + pid);
        }
        return Optional.of(new PidFd(Fd.owning((int) result)));
    }

    /** Sends a signal; a process that has ended is no error. */
    public void signal(int signal) {
        long result = Kernel.attempt(Syscall.PIDFD_SEND_SIGNAL, descriptor.number(), signal, 0, 0);
        if (result < 0 && result != -Errno.ESRCH.number()) {
            throw new LinuxException("pidfd_send_signal", Errno.of((int) -result), descriptor.toString());
        }
    }

    /** Whether it has not ended. */
    public boolean isAlive() {
        return !Poll.await(List.of(descriptor), Poll.POLLIN, Duration.ZERO);
    }

    /** Readable, to {@link Poll}, once the process has ended. */
    public Fd descriptor() {
        return descriptor;
    }

    @Override
    public void close() {
        descriptor.close();
    }
}
