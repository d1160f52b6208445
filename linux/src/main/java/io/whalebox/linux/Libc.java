package io.whalebox.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The C library, through one door: a function of up to seven integers and addresses that returns one. On both
 * architectures that Whalebox knows, a narrower integer travels in the same register, so the one shape serves
 * {@code syscall(2)}, which everything here stands on, as well as the functions of {@code posix_spawn(3)}; and it is
 * linked once, where each further shape would cost a new process some ten milliseconds.
 */
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final int ERRNO_OFFSET = (int) CAPTURED.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle CALL = LINKER.downcallHandle(
            FunctionDescriptor.of(
                    JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.captureCallState("errno"));

    private static final MemorySegment SYSCALL = find("syscall");

    /** A thread's memory for errno: two threads never share one, and a virtual thread is pinned during the call. */
    private static final ThreadLocal<State> STATE = ThreadLocal.withInitial(State::new);

    private static final class State {
        private final MemorySegment segment = Arena.ofAuto().allocate(CAPTURED);
        private final ByteBuffer bytes = segment.asByteBuffer().order(ByteOrder.nativeOrder());

        int errno() {
            return bytes.getInt(ERRNO_OFFSET);
        }
    }

    private Libc() {}

    /** The address of a function, by its name. */
    static MemorySegment find(String function) {
        return LINKER.defaultLookup().findOrThrow(function);
    }

    /** The result, or a negative errno. Repeats an interrupted call. */
    static long syscall(int number, long a, long b, long c, long d, long e, long f) {
        State state = STATE.get();
        while (true) {
            long result = call(SYSCALL, state, number, a, b, c, d, e, f);
            if (result != -1) {
                return result;
            }
            int errno = state.errno();
            if (errno != Errno.EINTR.number()) {
                return -errno;
            }
        }
    }

    /** Calls a function that returns an int, with as many arguments as it takes. */
    static int call(MemorySegment function, long... arguments) {
        long[] a = Arrays.copyOf(arguments, 7);
        return (int) call(function, STATE.get(), a[0], a[1], a[2], a[3], a[4], a[5], a[6]);
    }

    private static long call(
            MemorySegment function, State state, long a, long b, long c, long d, long e, long f, long g) {
        try {
            return (long) CALL.invokeExact(function, state.segment, a, b, c, d, e, f, g);
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}
