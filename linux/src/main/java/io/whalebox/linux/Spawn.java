package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Starts a process with exactly the descriptors it is given (posix_spawn(3)), the only way from a program that has
 * threads already: with every signal at its default and none blocked, and with an empty environment.
 */
public final class Spawn {
    private static final int POSIX_SPAWN_SETSIGDEF = 4;
    private static final int POSIX_SPAWN_SETSIGMASK = 8;
    /** Larger than glibc's and musl's structures of these names, which are opaque. */
    private static final int OPAQUE = 1024;

    private static final Function SPAWN = new Function("posix_spawn");
    private static final Function ACTIONS_INIT = new Function("posix_spawn_file_actions_init");
    private static final Function ACTIONS_DESTROY = new Function("posix_spawn_file_actions_destroy");
    private static final Function ADD_DUP2 = new Function("posix_spawn_file_actions_adddup2");
    private static final Function ATTRIBUTES_INIT = new Function("posix_spawnattr_init");
    private static final Function ATTRIBUTES_DESTROY = new Function("posix_spawnattr_destroy");
    private static final Function SET_FLAGS = new Function("posix_spawnattr_setflags");
    private static final Function SET_DEFAULT = new Function("posix_spawnattr_setsigdefault");
    private static final Function FILL_SIGNALS = new Function("sigfillset");

    /** A function that returns its error instead of setting errno. */
    private record Function(String name, MemorySegment address) {
        Function(String name) {
            this(name, Libc.find(name));
        }

        void call(long... arguments) {
            int error = Libc.call(address, arguments);
            if (error != 0) {
                throw new LinuxException(name, Errno.of(error), "");
            }
        }
    }

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
            long actions = arena.allocate(OPAQUE, 16).address();
            long attributes = arena.allocate(OPAQUE, 16).address();
            ACTIONS_INIT.call(actions);
            ATTRIBUTES_INIT.call(attributes);
            try {
                copyDescriptors(actions, descriptors);
                resetSignals(arena, attributes);
                MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
                MemorySegment argv = arena.allocate(ValueLayout.JAVA_LONG, 2);
                argv.setAtIndex(
                        ValueLayout.JAVA_LONG, 0, Kernel.string(arena, name).address());
                SPAWN.call(
                        pid.address(),
                        Kernel.string(arena, "/proc/self/fd/" + program.number())
                                .address(),
                        actions,
                        attributes,
                        argv.address(),
                        arena.allocate(ValueLayout.JAVA_LONG).address());
                return pid.get(ValueLayout.JAVA_INT, 0);
            } finally {
                ATTRIBUTES_DESTROY.call(attributes);
                ACTIONS_DESTROY.call(actions);
            }
        }
    }

    private static void copyDescriptors(long actions, List<Fd> descriptors) {
        for (int i = 0; i < descriptors.size(); i++) {
            int from = descriptors.get(i).number();
            if (from < descriptors.size()) {
                throw new IllegalArgumentException("descriptor " + from + " would be overwritten");
            }
            ADD_DUP2.call(actions, from, i);
        }
    }

    private static void resetSignals(Arena arena, long attributes) {
        long signals = arena.allocate(OPAQUE, 16).address();
        FILL_SIGNALS.call(signals);
        SET_DEFAULT.call(attributes, signals);
        // The mask in a new attributes object is empty, which is the one that we want.
        SET_FLAGS.call(attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    }
}
