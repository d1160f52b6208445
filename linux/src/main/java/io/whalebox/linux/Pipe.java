package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Both ends of a pipe (pipe(7)). */
public record Pipe(Fd read, Fd write) implements AutoCloseable {

    public static Pipe open() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(ValueLayout.JAVA_INT, 2);
            Kernel.call(Syscall.PIPE2, "", ends.address(), OpenFlags.O_CLOEXEC);
            return new Pipe(
                    Fd.owning(ends.getAtIndex(ValueLayout.JAVA_INT, 0)),
                    Fd.owning(ends.getAtIndex(ValueLayout.JAVA_INT, 1)));
        }
    }

    @Override
    public void close() {
        read.close();
        write.close();
    }
}
