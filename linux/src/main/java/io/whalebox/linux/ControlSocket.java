package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One end of a connection that keeps packets whole and carries descriptors (unix(7), SOCK_SEQPACKET): of a pair, or
 * made by {@link #connect} and {@link ControlListener#accept}.
 */
public final class ControlSocket implements AutoCloseable {
    static final int AF_UNIX = 1;
    static final int SOCK_SEQPACKET = 5;
    static final int SOCK_CLOEXEC = 0x80000;

    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MAX_PACKET = 4096;
    private static final int MAX_DESCRIPTORS = 16;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int SO_PEERCRED = 17;
    private static final int CMSG_HEADER = 16;
    private static final int MSGHDR = 56;

    private final Fd fd;

    ControlSocket(Fd fd) {
        this.fd = fd;
    }

    /** A packet and the descriptors that came with it, now the receiver's. */
    public record Packet(ByteBuffer bytes, List<Fd> descriptors) {}

    /** Both ends. */
    public record Pair(ControlSocket ours, Fd theirs) {}

    public static Pair pair() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(2L * Integer.BYTES, Integer.BYTES);
            Kernel.call(Syscall.SOCKETPAIR, "", AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.address());
            return new Pair(new ControlSocket(Fd.owning(Fields.getInt(ends, 0))), Fd.owning(Fields.getInt(ends, 4)));
        }
    }

    /** An end that this process was born with. */
    public static ControlSocket inherited(int number) {
        return new ControlSocket(Fd.owning(number));
    }

    /**
     * Connects to a socket in the file system.
     *
     * @throws LinuxException ENOENT where there is none, ECONNREFUSED where nobody listens to it any more
     */
    public static ControlSocket connect(Path path) {
        Fd fd = UnixAddress.socket();
        try (UnixAddress address = UnixAddress.of(path)) {
            Kernel.call(Syscall.CONNECT, path, fd.number(), address.pointer(), address.length());
            return new ControlSocket(fd);
        } catch (LinuxException e) {
            fd.close();
            throw e;
        }
    }

    /** The user at the other end when it connected (SO_PEERCRED). */
    public int peerUser() {
        return peer(4);
    }

    /** The process at the other end when it connected. */
    public int peerProcess() {
        return peer(0);
    }

    /** A field of {@code struct ucred}: the process, the user, the group. */
    private int peer(int offset) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment credentials = arena.allocate(12, 8);
            MemorySegment length = arena.allocate(Integer.BYTES, Integer.BYTES);
            Fields.setInt(length, 0, 12);
            Kernel.call(
                    Syscall.GETSOCKOPT,
                    fd,
                    fd.number(),
                    SOL_SOCKET,
                    SO_PEERCRED,
                    credentials.address(),
                    length.address());
            return Fields.getInt(credentials, offset);
        }
    }

    /** Sends one packet; false when the other end is closed. */
    public boolean send(ByteBuffer packet) {
        return send(packet, List.of());
    }

    /** Sends one packet and copies of descriptors with it; false when the other end is closed. */
    public boolean send(ByteBuffer packet, List<Fd> descriptors) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(packet.remaining());
            Fields.of(bytes).put(packet.duplicate());
            MemorySegment control = arena.allocate(CMSG_HEADER + 4L * descriptors.size(), 8);
            Fields.setLong(control, 0, CMSG_HEADER + 4L * descriptors.size());
            Fields.setInt(control, 8, SOL_SOCKET);
            Fields.setInt(control, 12, SCM_RIGHTS);
            for (int i = 0; i < descriptors.size(); i++) {
                Fields.setInt(control, CMSG_HEADER + 4L * i, descriptors.get(i).number());
            }
            MemorySegment header = message(arena, bytes, control, descriptors.isEmpty() ? 0 : control.byteSize());
            long sent = Kernel.attempt(Syscall.SENDMSG, fd.number(), header.address(), MSG_NOSIGNAL);
            if (sent == -Errno.EPIPE.number() || sent == -Errno.ECONNRESET.number()) {
                return false;
            }
            if (sent < 0) {
                throw new LinuxException("sendmsg", Errno.of((int) -sent), fd.toString());
            }
            return true;
        }
    }

    /** A {@code struct msghdr} for one stretch of bytes. */
    private static MemorySegment message(Arena arena, MemorySegment bytes, MemorySegment control, long controlSize) {
        MemorySegment vector = arena.allocate(16, 8);
        Fields.setLong(vector, 0, bytes.address());
        Fields.setLong(vector, 8, bytes.byteSize());
        MemorySegment header = arena.allocate(MSGHDR, 8);
        Fields.setLong(header, 16, vector.address());
        Fields.setLong(header, 24, 1);
        Fields.setLong(header, 32, control.address());
        Fields.setLong(header, 40, controlSize);
        return header;
    }

    /** Waits for one packet (recvmsg(2)); one without bytes means that the other end is closed. */
    public Packet receive() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(MAX_PACKET, 8);
            MemorySegment control = arena.allocate(CMSG_HEADER + 4L * MAX_DESCRIPTORS, 8);
            MemorySegment header = message(arena, bytes, control, control.byteSize());
            long length = Kernel.attempt(Syscall.RECVMSG, fd.number(), header.address(), MSG_CMSG_CLOEXEC);
            if (length == -Errno.ECONNRESET.number()) {
                // The other end was closed before it had read all. What it sent before that is still to be had, and is
                // told of only after this error.
                length = Kernel.attempt(Syscall.RECVMSG, fd.number(), header.address(), MSG_CMSG_CLOEXEC);
            }
            if (length < 0) {
                throw new LinuxException("recvmsg", Errno.of((int) -length), fd.toString());
            }
            ByteBuffer packet =
                    ByteBuffer.wrap(Fields.getBytes(bytes, 0, length)).order(ByteOrder.nativeOrder());
            return new Packet(packet, descriptors(control, Fields.getLong(header, 40)));
        }
    }

    private static List<Fd> descriptors(MemorySegment control, long length) {
        List<Fd> received = new ArrayList<>();
        if (length >= CMSG_HEADER
                && Fields.getInt(control, 8) == SOL_SOCKET
                && Fields.getInt(control, 12) == SCM_RIGHTS) {
            long end = Math.min(length, Fields.getLong(control, 0));
            for (long at = CMSG_HEADER; at + 4 <= end; at += 4) {
                received.add(Fd.owning(Fields.getInt(control, at)));
            }
        }
        return List.copyOf(received);
    }

    /** The descriptor, for a process that is to have a copy. */
    public Fd fd() {
        return fd;
    }

    /** Ends the connection in both directions; a thread that waits in {@link #receive} finds its end. */
    public void shut() {
        int both = 2;
        Kernel.attempt(Syscall.SHUTDOWN, fd.number(), both);
    }

    @Override
    public void close() {
        fd.close();
    }
}
