package io.whalebox.runtime;

import io.whalebox.linux.Errno;
import io.whalebox.linux.Fd;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** What the launcher tells the engine: {@code struct report} of {@code plan.h}. */
sealed interface Report {
    int FAILED = 1;
    int STARTED = 2;
    int EXITED = 3;
    int NOTE = 4;
    int SIZE = 12;

    /** A step failed, and the process that ran it has ended. */
    record Failed(int step, Errno errno) implements Report {}

    /** The container's program runs. */
    record Started(int pid) implements Report {}

    /** The container's process ended with this wait status. */
    record Exited(int status) implements Report {}

    /** A step handed over descriptors. */
    record Note(List<Fd> descriptors) implements Report {}

    /** Reads one; the buffer holds a whole packet. */
    static Report of(ByteBuffer packet, List<Fd> descriptors) {
        int kind = packet.getInt(0);
        int step = packet.getInt(4);
        int value = packet.getInt(8);
        return switch (kind) {
            case FAILED -> new Failed(step, Errno.of(value));
            case STARTED -> new Started(value);
            case EXITED -> new Exited(value);
            case NOTE -> new Note(descriptors);
            default -> throw new IllegalStateException("the launcher sent an unknown report " + kind);
        };
    }

    /** The other way: {@code struct command}, a signal for the container's process. */
    static ByteBuffer command(int signal) {
        return ByteBuffer.allocateDirect(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(signal)
                .flip();
    }
}
