package io.whalebox.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The C signatures that everything here stands on: {@code syscall(2)} for the kernel, and {@code posix_spawn(3)},
 * the only way to start a process from a program that has threads already.
 */
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    // Variadic from the second argument on, although on these two architectures that changes nothing for integers.
    private static final MethodHandle SYSCALL = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.captureCallState("errno"),
            Linker.Option.firstVariadicArg(1));

    /** A carrier's memory for errno: two threads never share one, and a virtual thread is pinned during the call. */
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPTURED));

    private Libc() {}

    /** The result, or a negative errno. Repeats an interrupted call. */
    static long syscall(int number, long a, long b, long c, long d, long e, long f) {
        MemorySegment state = STATE.get();
        while (true) {
            long result;
            try {
                result = (long) SYSCALL.invokeExact(state, (long) number, a, b, c, d, e, f);
            } catch (Throwable impossible) {
                throw new AssertionError(impossible);
            }
            if (result != -1) {
                return result;
            }
            int errno = (int) ERRNO.get(state, 0L);
            if (errno != Errno.EINTR.number()) {
                return -errno;
            }
        }
    }

    /** A function of the C library that returns an int: its result, or its error number, as its manual says. */
    static MethodHandle function(String name, MemoryLayout... parameters) {
        return LINKER.downcallHandle(
                LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(JAVA_INT, parameters));
    }

    static final MemoryLayout POINTER = ADDRESS;
    static final MemoryLayout INT = JAVA_INT;
    static final MemoryLayout SHORT = java.lang.foreign.ValueLayout.JAVA_SHORT;
}
