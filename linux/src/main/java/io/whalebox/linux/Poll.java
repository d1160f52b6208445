package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;

/** Waiting for descriptors (ppoll(2)). Blocks its thread: not for virtual threads. */
public final class Poll {
    /** There is something to read; a pidfd: the process ended. */
    public static final int POLLIN = 1;
    /** A kernel file such as {@code cgroup.events} says something else than when it was last read. */
    public static final int POLLPRI = 2;
    /** There is room to write. */
    public static final int POLLOUT = 4;

    /** {@code struct pollfd}: int fd, short events, short revents. */
    private static final int POLLFD = 8;

    private Poll() {}

    /**
     * Waits until one of them is ready.
     *
     * @return false when the time was over first
     */
    public static boolean await(List<Fd> descriptors, int events, Duration timeout) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment set = arena.allocate((long) POLLFD * Math.max(1, descriptors.size()), 8);
            for (int i = 0; i < descriptors.size(); i++) {
                Fields.setInt(set, (long) i * POLLFD, descriptors.get(i).number());
                Fields.setShort(set, (long) i * POLLFD + 4, (short) events);
            }
            // The kernel leaves the time that remains here, so a call that a signal interrupted goes on rightly.
            MemorySegment time = arena.allocate(16, 8);
            Fields.setLong(time, 0, timeout.getSeconds());
            Fields.setLong(time, 8, timeout.getNano());
            return Kernel.call(Syscall.PPOLL, "", set.address(), descriptors.size(), time.address(), 0, 0) > 0;
        }
    }
}
