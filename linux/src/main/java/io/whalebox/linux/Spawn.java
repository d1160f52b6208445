package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * Starts a process with exactly the descriptors it is given (posix_spawn(3)): with every signal at its default and
 * none blocked, with an empty environment, and in a session of its own: what the user types, such as Ctrl-C, is sent to
 * all of a terminal's foreground, and a process that has the terminal can type into it itself (ioctl_tty(2), TIOCSTI).
 */
public final class Spawn {
    private static final short POSIX_SPAWN_SETSIGDEF = 4;
    private static final short POSIX_SPAWN_SETSIGMASK = 8;
    private static final short POSIX_SPAWN_SETSID = 128;
    /** Larger than glibc's and musl's structures of these names, which are opaque. */
    private static final int OPAQUE = 1024;

    private static final MethodHandle SPAWN = Libc.function(
            "posix_spawn", Libc.POINTER, Libc.POINTER, Libc.POINTER, Libc.POINTER, Libc.POINTER, Libc.POINTER);
    private static final MethodHandle ACTIONS_INIT = pointer("posix_spawn_file_actions_init");
    private static final MethodHandle ACTIONS_DESTROY = pointer("posix_spawn_file_actions_destroy");
    private static final MethodHandle ADD_DUP2 =
            Libc.function("posix_spawn_file_actions_adddup2", Libc.POINTER, Libc.INT, Libc.INT);
    private static final MethodHandle ATTRIBUTES_INIT = pointer("posix_spawnattr_init");
    private static final MethodHandle ATTRIBUTES_DESTROY = pointer("posix_spawnattr_destroy");
    private static final MethodHandle SET_FLAGS = Libc.function("posix_spawnattr_setflags", Libc.POINTER, Libc.SHORT);
    private static final MethodHandle SET_DEFAULT =
            Libc.function("posix_spawnattr_setsigdefault", Libc.POINTER, Libc.POINTER);
    private static final MethodHandle FILL_SIGNALS = pointer("sigfillset");

    private Spawn() {}

    /**
     * Starts the program.
     *
     * @param program an open executable
     * @param descriptors what the child has: the one at index n becomes its descriptor n. None of them may have a
     *     number below the size of this list, since the child copies them one after another.
     * @return the child's process id; the caller waits for it
     */
    public static int start(Fd program, String name, List<Fd> descriptors) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment actions = arena.allocate(OPAQUE, 16);
            MemorySegment attributes = arena.allocate(OPAQUE, 16);
            check("posix_spawn_file_actions_init", (int) ACTIONS_INIT.invokeExact(actions));
            check("posix_spawnattr_init", (int) ATTRIBUTES_INIT.invokeExact(attributes));
            try {
                for (int i = 0; i < descriptors.size(); i++) {
                    int from = descriptors.get(i).number();
                    if (from < descriptors.size()) {
                        throw new IllegalArgumentException("descriptor " + from + " would be overwritten");
                    }
                    check("posix_spawn_file_actions_adddup2", (int) ADD_DUP2.invokeExact(actions, from, i));
                }
                MemorySegment signals = arena.allocate(OPAQUE, 16);
                check("sigfillset", (int) FILL_SIGNALS.invokeExact(signals));
                check("posix_spawnattr_setsigdefault", (int) SET_DEFAULT.invokeExact(attributes, signals));
                // The mask in a new attributes object is empty, which is the one that we want.
                check("posix_spawnattr_setflags", (int) SET_FLAGS.invokeExact(
                        attributes, (short) (POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID)));
                MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
                MemorySegment path = Kernel.string(arena, "/proc/self/fd/" + program.number());
                MemorySegment argv = arena.allocate(ValueLayout.ADDRESS, 2);
                argv.setAtIndex(ValueLayout.ADDRESS, 0, Kernel.string(arena, name));
                MemorySegment nothing = arena.allocate(ValueLayout.ADDRESS);
                check("posix_spawn", (int) SPAWN.invokeExact(pid, path, actions, attributes, argv, nothing));
                return pid.get(ValueLayout.JAVA_INT, 0);
            } finally {
                int ignored = (int) ACTIONS_DESTROY.invokeExact(actions);
                ignored = (int) ATTRIBUTES_DESTROY.invokeExact(attributes);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static MethodHandle pointer(String function) {
        return Libc.function(function, Libc.POINTER);
    }

    /** These functions return their error instead of setting errno. */
    private static void check(String call, int error) {
        if (error != 0) {
            throw new LinuxException(call, Errno.of(error), "");
        }
    }
}
