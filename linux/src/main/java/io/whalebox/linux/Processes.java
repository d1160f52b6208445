package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Children of this process and their ends. */
public final class Processes {
    private Processes() {}

    /**
     * Waits for a child (wait4(2)). Blocks its thread: not for virtual threads.
     *
     * @return its wait status
     */
    public static int await(int pid) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(Integer.BYTES, Integer.BYTES);
            Kernel.call(Syscall.WAIT4, "process " + pid, pid, status.address(), 0, 0);
            return Fields.getInt(status, 0);
        }
    }

    /** Sends a signal (kill(2)); a process that is gone already is no error. */
    public static void kill(int pid, int signal) {
        long result = Kernel.attempt(Syscall.KILL, pid, signal);
        if (result < 0 && result != -Errno.ESRCH.number()) {
            throw new LinuxException("kill", Errno.of((int) -result), "process " + pid);
        }
    }

    /**
     * Ends this process at once (exit_group(2)), without the virtual machine's own end, which waits up to 300 ms for
     * threads that block in the kernel. Whatever is to be written has been flushed before.
     */
    public static void leave(int status) {
        Kernel.call(Syscall.EXIT_GROUP, "", status);
    }

    /** What this process was started with, a virtual machine's own words first, as {@link RawText}. */
    public static List<String> arguments() {
        return strings("/proc/self/cmdline");
    }

    /** {@code NAME=value} of each variable that this process was started with, as {@link RawText}. */
    public static List<String> environment() {
        return strings("/proc/self/environ");
    }

    /** Strings, each with a zero byte behind it. */
    private static List<String> strings(String file) {
        String[] strings = ControlFiles.read(file).split("\0", -1);
        return List.of(strings).subList(0, strings.length - 1);
    }

    /** Goes to another working directory (chdir(2)); what Java itself calls the working directory stays as it was. */
    public static void changeDirectory(String path) {
        try (Arena arena = Arena.ofConfined()) {
            Kernel.call(Syscall.CHDIR, path, Kernel.string(arena, path).address());
        }
    }

    /** The effective user of this process. */
    public static int effectiveUser() {
        return (int) Kernel.call(Syscall.GETEUID, "");
    }
}
