package io.whalebox.linux;

import java.lang.foreign.Arena;

/** Files that live in memory and, once sealed, can never be changed again (memfd_create(2)). */
public final class Memfd {
    private static final int MFD_CLOEXEC = 1;
    private static final int MFD_ALLOW_SEALING = 2;
    private static final int F_ADD_SEALS = 1033;
    /** No more seals, no shrinking, no growing, no writing. */
    private static final int ALL_SEALS = 1 | 2 | 4 | 8;

    private Memfd() {}

    /**
     * A sealed file with this content.
     *
     * @param name what {@code /proc/PID/fd} shows for it
     */
    public static Fd sealed(String name, byte[] content) {
        Fd file;
        try (Arena arena = Arena.ofConfined()) {
            file = Fd.owning((int) Kernel.call(
                    Syscall.MEMFD_CREATE, name, Kernel.string(arena, name).address(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
        }
        try {
            file.write(content);
            Kernel.call(Syscall.FCNTL, name, file.number(), F_ADD_SEALS, ALL_SEALS);
            return file;
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }
}
