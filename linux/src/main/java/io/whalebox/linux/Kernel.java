package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** One raw kernel request, with its failure turned into a {@link LinuxException} at once. */
final class Kernel {
    static final int AT_FDCWD = -100;
    static final int AT_SYMLINK_NOFOLLOW = 0x100;
    static final int AT_EMPTY_PATH = 0x1000;

    private Kernel() {}

    /**
     * @param subject what the call is about, for the message; its {@code toString} is used only on failure
     */
    static long call(Syscall call, Object subject, long... arguments) {
        long result = attempt(call, arguments);
        if (result < 0) {
            throw new LinuxException(call.toString(), Errno.of((int) -result), subject.toString());
        }
        return result;
    }

    /** The result, or a negative errno, for callers that expect certain failures. */
    static long attempt(Syscall call, long... a) {
        return Libc.syscall(call.number(), at(a, 0), at(a, 1), at(a, 2), at(a, 3), at(a, 4), at(a, 5));
    }

    private static long at(long[] arguments, int i) {
        return i < arguments.length ? arguments[i] : 0;
    }

    /** A C string from bytes that are nobody's encoding: file names are whatever the kernel takes. */
    static MemorySegment string(Arena arena, byte[] bytes) {
        MemorySegment segment = arena.allocate(bytes.length + 1L);
        segment.asByteBuffer().put(bytes);
        return segment;
    }

    static MemorySegment string(Arena arena, String text) {
        return string(arena, RawText.bytes(text));
    }
}
