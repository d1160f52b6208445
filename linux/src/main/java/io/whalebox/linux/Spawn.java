package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Starts a process with exactly the descriptors it is given (posix_spawn(3)): with every signal at its default and
 * none blocked, with an empty environment, and in a session of its own: what the user types, such as Ctrl-C, is sent to
 * all of a terminal's foreground, and a process that has the terminal can type into it itself (ioctl_tty(2), TIOCSTI).
 */
public final class Spawn {
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
            MemorySegment numbers = arena.allocate(Integer.BYTES * (long) Math.max(1, descriptors.size()), 4);
            for (int i = 0; i < descriptors.size(); i++) {
                int from = descriptors.get(i).number();
                if (from < descriptors.size()) {
                    throw new IllegalArgumentException("descriptor " + from + " would be overwritten");
                }
                Fields.setInt(numbers, Integer.BYTES * (long) i, from);
            }
            MemorySegment path = Kernel.string(arena, "/proc/self/fd/" + program.number());
            MemorySegment argv = arena.allocate(2L * Long.BYTES, Long.BYTES);
            Fields.setLong(argv, 0, Kernel.string(arena, name).address());
            int pid = Libc.spawn(path.address(), argv.address(), numbers.address(), descriptors.size());
            if (pid < 0) {
                throw new LinuxException("posix_spawn", Errno.of(-pid), name);
            }
            return pid;
        }
    }
}
