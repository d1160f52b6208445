package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/** Bytes that nobody can guess (getrandom(2)): the kernel's own, without a security provider's start. */
public final class Randomness {
    private Randomness() {}

    /** At most 256 of them, which the kernel gives whole. */
    public static byte[] bytes(int count) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(count);
            Kernel.call(Syscall.GETRANDOM, count + " bytes", buffer.address(), count, 0);
            byte[] bytes = new byte[count];
            buffer.asByteBuffer().get(bytes);
            return bytes;
        }
    }

    /** The same as digits, two a byte, such as ids are made of. */
    public static String hex(int count) {
        return HexFormat.of().formatHex(bytes(count));
    }
}
