package io.whalebox.linux;

import java.nio.file.Path;
import java.util.Optional;

/** A socket in the file system that others {@link ControlSocket#connect} to (unix(7), SOCK_SEQPACKET). */
public final class ControlListener implements AutoCloseable {
    private static final int BACKLOG = 1024;

    private final Fd fd;

    private ControlListener(Fd fd) {
        this.fd = fd;
    }

    /**
     * Listens at a path, at which there must be nothing yet. Who may connect is said by the directory's permissions.
     */
    public static ControlListener at(Path path) {
        Fd fd = UnixAddress.socket();
        try (UnixAddress address = UnixAddress.of(path)) {
            Kernel.call(Syscall.BIND, path, fd.number(), address.pointer(), address.length());
            Kernel.call(Syscall.LISTEN, path, fd.number(), BACKLOG);
            return new ControlListener(fd);
        } catch (LinuxException e) {
            fd.close();
            throw e;
        }
    }

    /** One that this process was born with, listening already. */
    public static ControlListener inherited(int number) {
        return new ControlListener(Fd.copyOf(number));
    }

    /** The descriptor, for a process that is to inherit it. */
    public Fd fd() {
        return fd;
    }

    /**
     * Waits for the next connection. Blocks its thread in the kernel: not for virtual threads.
     *
     * @return nothing once it was {@link #shut}
     */
    public Optional<ControlSocket> accept() {
        long accepted = Kernel.attempt(Syscall.ACCEPT4, fd.number(), 0, 0, ControlSocket.SOCK_CLOEXEC);
        if (accepted == -Errno.EINVAL.number()) {
            return Optional.empty();
        }
        if (accepted < 0) {
            throw new LinuxException("accept4", Errno.of((int) -accepted), fd.toString());
        }
        return Optional.of(new ControlSocket(Fd.owning((int) accepted)));
    }

    /** Refuses further connections and lets {@link #accept} return. */
    public void shut() {
        int both = 2;
        Kernel.attempt(Syscall.SHUTDOWN, fd.number(), both);
    }

    @Override
    public void close() {
        fd.close();
    }
}
