package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where a socket lies in the file system ({@code struct sockaddr_un}, unix(7)). It has room for 108 bytes only, so the
 * path goes through a descriptor of its directory, and may be as long as any other.
 */
final class UnixAddress implements AutoCloseable {
    private static final int SUN_PATH = 2;

    private final Directory parent;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment address;

    private UnixAddress(Path path) {
        Path absolute = path.toAbsolutePath();
        parent = Directory.open(String.valueOf(absolute.getParent()));
        byte[] name = ("/proc/self/fd/" + parent.fd().number() + "/" + absolute.getFileName())
                .getBytes(StandardCharsets.UTF_8);
        address = arena.allocate(SUN_PATH + name.length + 1L, 8);
        Fields.setShort(address, 0, (short) ControlSocket.AF_UNIX);
        Fields.setBytes(address, SUN_PATH, name, 0, name.length);
    }

    static UnixAddress of(Path path) {
        return new UnixAddress(path);
    }

    static Fd socket() {
        return Fd.owning((int) Kernel.call(
                Syscall.SOCKET,
                "",
                ControlSocket.AF_UNIX,
                ControlSocket.SOCK_SEQPACKET | ControlSocket.SOCK_CLOEXEC,
                0));
    }

    long pointer() {
        return address.address();
    }

    long length() {
        return address.byteSize();
    }

    @Override
    public void close() {
        arena.close();
        parent.close();
    }
}
