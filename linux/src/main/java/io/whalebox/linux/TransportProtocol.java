package io.whalebox.linux;

/** Protocols above IP, of which a kernel may lack some. */
public final class TransportProtocol {
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;

    private TransportProtocol() {}

    /**
     * Whether this kernel has sockets of a protocol; it loads a module for it if there is one.
     *
     * @param number as in the header of a packet, of a protocol that has streams
     */
    public static boolean exists(int number) {
        try {
            Fd.owning((int) Kernel.call(
                            Syscall.SOCKET,
                            "protocol " + number,
                            AF_INET,
                            SOCK_STREAM | ControlSocket.SOCK_CLOEXEC,
                            number))
                    .close();
            return true;
        } catch (LinuxException e) {
            if (e.is(Errno.EPROTONOSUPPORT) || e.is(Errno.ESOCKTNOSUPPORT)) {
                return false;
            }
            throw e;
        }
    }
}
