package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** One end of a pair of sockets that keep packets whole and carry descriptors (unix(7), SOCK_SEQPACKET). */
public final class ControlSocket implements AutoCloseable {
    private static final int AF_UNIX = 1;
    private static final int SOCK_SEQPACKET = 5;
    private static final int SOCK_CLOEXEC = 0x80000;
    private static final int MSG_CMSG_CLOEXEC = 0x40000000;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int MAX_PACKET = 4096;
    private static final int MAX_DESCRIPTORS = 16;
    private static final int SOL_SOCKET = 1;
    private static final int SCM_RIGHTS = 1;
    private static final int CMSG_HEADER = 16;
    private static final int MSGHDR = 56;

    private final Fd fd;

    private ControlSocket(Fd fd) {
        this.fd = fd;
    }

    /** A packet and the descriptors that came with it, now the receiver's. */
    public record Packet(ByteBuffer bytes, List<Fd> descriptors) {}

    /** Both ends. */
    public record Pair(ControlSocket ours, Fd theirs) {}

    public static Pair pair() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
            Kernel.call(Syscall.SOCKETPAIR, "", AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.address());
            return new Pair(
                    new ControlSocket(Fd.owning(ends.getAtIndex(ValueLayout.JAVA_INT, 0))),
                    Fd.owning(ends.getAtIndex(ValueLayout.JAVA_INT, 1)));
        }
    }

    /** An end that this process was born with. */
    public static ControlSocket inherited(int number) {
        return new ControlSocket(Fd.owning(number));
    }

    /** Sends one packet; false when the other end is closed. */
    public boolean send(ByteBuffer packet) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(packet.remaining());
            bytes.copyFrom(MemorySegment.ofBuffer(packet));
            long sent = Kernel.attempt(Syscall.SENDTO, fd.number(), bytes.address(), bytes.byteSize(), MSG_NOSIGNAL);
            if (sent == -Errno.EPIPE.number() || sent == -Errno.ECONNRESET.number()) {
                return false;
            }
            if (sent < 0) {
                throw new LinuxException("sendto", Errno.of((int) -sent), fd.toString());
            }
            return true;
        }
    }

    /** Waits for one packet (recvmsg(2)); one without bytes means that the other end is closed. */
    public Packet receive() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(MAX_PACKET, 8);
            MemorySegment control = arena.allocate(CMSG_HEADER + 4L * MAX_DESCRIPTORS, 8);
            MemorySegment vector = arena.allocate(16, 8);
            vector.set(ValueLayout.JAVA_LONG, 0, bytes.address());
            vector.set(ValueLayout.JAVA_LONG, 8, MAX_PACKET);
            MemorySegment header = arena.allocate(MSGHDR, 8);
            header.set(ValueLayout.JAVA_LONG, 16, vector.address());
            header.set(ValueLayout.JAVA_LONG, 24, 1);
            header.set(ValueLayout.JAVA_LONG, 32, control.address());
            header.set(ValueLayout.JAVA_LONG, 40, control.byteSize());
            long length = Kernel.attempt(Syscall.RECVMSG, fd.number(), header.address(), MSG_CMSG_CLOEXEC);
            if (length == -Errno.ECONNRESET.number()) {
                length = 0;
            } else if (length < 0) {
                throw new LinuxException("recvmsg", Errno.of((int) -length), fd.toString());
            }
            ByteBuffer packet = ByteBuffer.allocate((int) length).order(ByteOrder.nativeOrder());
            MemorySegment.ofBuffer(packet).copyFrom(bytes.asSlice(0, length));
            return new Packet(packet, descriptors(control, header.get(ValueLayout.JAVA_LONG, 40)));
        }
    }

    private static List<Fd> descriptors(MemorySegment control, long length) {
        List<Fd> received = new ArrayList<>();
        if (length >= CMSG_HEADER
                && control.get(ValueLayout.JAVA_INT, 8) == SOL_SOCKET
                && control.get(ValueLayout.JAVA_INT, 12) == SCM_RIGHTS) {
            long end = Math.min(length, control.get(ValueLayout.JAVA_LONG, 0));
            for (long at = CMSG_HEADER; at + 4 <= end; at += 4) {
                received.add(Fd.owning(control.get(ValueLayout.JAVA_INT, at)));
            }
        }
        return List.copyOf(received);
    }

    @Override
    public void close() {
        fd.close();
    }
}
