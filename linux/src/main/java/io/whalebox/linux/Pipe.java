package io.whalebox.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Both ends of a pipe (pipe(7)). */
public record Pipe(Fd read, Fd write) implements AutoCloseable {

    public static Pipe open() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ends = arena.allocate(2L * Integer.BYTES, Integer.BYTES);
            Kernel.call(Syscall.PIPE2, "", ends.address(), OpenFlags.O_CLOEXEC);
            return new Pipe(Fd.owning(Fields.getInt(ends, 0)), Fd.owning(Fields.getInt(ends, 4)));
        }
    }

    @Override
    public void close() {
        read.close();
        write.close();
    }
}
