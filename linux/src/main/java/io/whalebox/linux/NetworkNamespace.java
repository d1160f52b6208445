package io.whalebox.linux;

import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A network namespace (network_namespaces(7)), held by a descriptor: it lives as long as that is open or a process is in
 * it, and takes its interfaces along.
 *
 * <p>A thread that enters one stays in it, so each visit has a thread of its own that ends with it.
 */
public final class NetworkNamespace implements AutoCloseable {
    private final Fd fd;

    private NetworkNamespace(Fd fd) {
        this.fd = fd;
    }

    /** A namespace with a loopback interface that is down. */
    public static NetworkNamespace create() {
        return onThread(() -> {
            Kernel.call(Syscall.UNSHARE, "the network namespace", ProcessConstants.CLONE_NEWNET.value());
            return ofThread();
        });
    }

    /**
     * Makes a namespace and does something in it.
     *
     * @param work gets the namespace, and is to close it when it fails
     */
    public static <T> T create(Function<NetworkNamespace, T> work) {
        return onThread(() -> {
            Kernel.call(Syscall.UNSHARE, "the network namespace", ProcessConstants.CLONE_NEWNET.value());
            NetworkNamespace made = ofThread();
            try {
                return work.apply(made);
            } catch (RuntimeException e) {
                made.close();
                throw e;
            }
        });
    }

    /** That of this thread. */
    public static NetworkNamespace ofThread() {
        return new NetworkNamespace(Fd.open("/proc/thread-self/ns/net", OpenFlags.O_RDONLY));
    }

    /**
     * That of a process.
     *
     * @throws LinuxException ENOENT when it has ended
     */
    public static NetworkNamespace ofProcess(int pid) {
        return new NetworkNamespace(Fd.open("/proc/" + pid + "/ns/net", OpenFlags.O_RDONLY));
    }

    /**
     * That of a process that is held.
     *
     * @throws LinuxException ESRCH when it has ended
     */
    public static NetworkNamespace of(PidFd process) {
        return onThread(() -> {
            int descriptor = process.descriptor().number();
            Kernel.call(
                    Syscall.SETNS,
                    "the process's network namespace",
                    descriptor,
                    ProcessConstants.CLONE_NEWNET.value());
            return ofThread();
        });
    }

    /** Takes ownership of a descriptor of one. */
    public static NetworkNamespace owning(Fd fd) {
        return new NetworkNamespace(fd);
    }

    /** Does something on a thread in this namespace. What that opens, such as sockets, stays in it. */
    public <T> T call(Supplier<T> work) {
        return onThread(() -> {
            Kernel.call(Syscall.SETNS, "a network namespace", fd.number(), ProcessConstants.CLONE_NEWNET.value());
            return work.get();
        });
    }

    private static <T> T onThread(Supplier<T> work) {
        return Meanwhile.begin(
                        task -> Thread.ofPlatform()
                                .name("network-namespace")
                                .daemon()
                                .start(task),
                        work)
                .get();
    }

    /** For a process that is to be in it. */
    public Fd fd() {
        return fd;
    }

    @Override
    public void close() {
        fd.close();
    }
}
