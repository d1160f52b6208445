package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A socket to a part of the kernel (netlink(7)), in the network namespace of the thread that opens it, whichever thread
 * uses it later. The kernel does what it is sent before {@link #send} returns.
 */
public final class NetlinkSocket implements AutoCloseable {
    /** Links, addresses and routes (rtnetlink(7)). */
    public static final int NETLINK_ROUTE = 0;
    /** Packet filters. */
    public static final int NETLINK_NETFILTER = 12;

    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;
    private static final int SOCKADDR_NL = 12;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_ADD_MEMBERSHIP = 1;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;

    /** One message has to fit; the kernel fills up to 32 KiB at a time when it lists things. */
    private static final int BUFFER = 64 * 1024;

    private final Fd fd;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(BUFFER, 8);

    private NetlinkSocket(Fd fd) {
        this.fd = fd;
    }

    /**
     * Opens a socket.
     *
     * @throws LinuxException EPROTONOSUPPORT when the kernel lacks that part
     */
    public static NetlinkSocket open(int protocol) {
        Fd fd = Fd.owning((int) Kernel.call(
                Syscall.SOCKET, "netlink " + protocol, AF_NETLINK, SOCK_RAW | ControlSocket.SOCK_CLOEXEC, protocol));
        NetlinkSocket socket = new NetlinkSocket(fd);
        try {
            socket.bind();
            // Short answers that say in words what was wrong; kernels without these say less.
            socket.option(SOL_NETLINK, NETLINK_CAP_ACK, 1);
            socket.option(SOL_NETLINK, NETLINK_EXT_ACK, 1);
            socket.option(SOL_NETLINK, NETLINK_GET_STRICT_CHK, 1);
            return socket;
        } catch (LinuxException e) {
            socket.close();
            throw e;
        }
    }

    private void bind() {
        MemorySegment address = buffer.asSlice(0, SOCKADDR_NL);
        address.fill((byte) 0);
        Fields.setShort(address, 0, (short) AF_NETLINK);
        Kernel.call(Syscall.BIND, "a netlink socket", fd.number(), address.address(), SOCKADDR_NL);
    }

    private void option(int level, int option, int value) {
        MemorySegment argument = buffer.asSlice(0, 4);
        Fields.setInt(argument, 0, value);
        Kernel.attempt(Syscall.SETSOCKOPT, fd.number(), level, option, argument.address(), 4);
    }

    /** Makes room for long batches and their answers, beyond the limit for users without rights. */
    public void widen(int bytes) {
        option(SOL_SOCKET, SO_SNDBUFFORCE, bytes);
        option(SOL_SOCKET, SO_RCVBUFFORCE, bytes);
    }

    /** Hears what the kernel tells a group of listeners. */
    public void join(int group) {
        option(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);
    }

    /** Sends messages, one after the other, in one call. */
    public void send(byte[] messages) {
        try (Arena own = Arena.ofConfined()) {
            MemorySegment bytes = own.allocate(messages.length, 8);
            Fields.setBytes(bytes, 0, messages, 0, messages.length);
            Kernel.call(Syscall.SENDTO, "netlink", fd.number(), bytes.address(), bytes.byteSize(), 0, 0, 0);
        }
    }

    /** Waits for the next datagram, which holds one or more messages. Blocks its thread: not for virtual threads. */
    public ByteBuffer receive() {
        long length =
                Kernel.call(Syscall.RECVFROM, "netlink", fd.number(), buffer.address(), buffer.byteSize(), 0, 0, 0);
        byte[] bytes = Fields.getBytes(buffer, 0, length);
        return ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    }

    /** Readable, to {@link Poll}, when there is something to receive. */
    public Fd fd() {
        return fd;
    }

    @Override
    public void close() {
        fd.close();
        arena.close();
    }
}
