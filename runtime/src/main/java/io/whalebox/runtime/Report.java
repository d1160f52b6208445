package io.whalebox.runtime;

import io.whalebox.linux.ControlSocket;
import io.whalebox.linux.Errno;
import io.whalebox.linux.Fd;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** What the launcher or the monitor tells: {@code struct report} of {@code plan.h}. */
sealed interface Report {
    int FAILED = 1;
    int STARTED = 2;
    int EXITED = 3;
    int NOTE = 4;
    int ATTACHED = 5;
    int REFUSED = 6;
    int DETACHED = 7;
    int LOG = 8;
    int SIZE = 12;

    /** A step failed, and the process that ran it has ended. */
    record Failed(int step, Errno errno) implements Report {}

    /** The container's program runs. */
    record Started(int pid) implements Report {}

    /** The container's process ended with this wait status. */
    record Exited(int status) implements Report {}

    /** A step handed over descriptors. */
    record Note(List<Fd> descriptors) implements Report {}

    /** The attachment that was asked for gets all output from now on. */
    record Attached() implements Report {}

    /** The attachment that was asked for is not possible. */
    record Refused(Errno errno) implements Report {}

    /** The user typed the keys that detach. */
    record Detached() implements Report {}

    /** Output is not recorded any more, or, without trouble, it is again. */
    record Log(Optional<Errno> trouble) implements Report {}

    /** Waits for one; empty when the other end is closed. */
    static Optional<Report> receive(ControlSocket socket) {
        ControlSocket.Packet packet = socket.receive();
        return packet.bytes().remaining() < SIZE
                ? Optional.empty()
                : Optional.of(of(packet.bytes(), packet.descriptors()));
    }

    private static Report of(ByteBuffer packet, List<Fd> descriptors) {
        int kind = packet.getInt(0);
        int step = packet.getInt(4);
        int value = packet.getInt(8);
        return switch (kind) {
            case FAILED -> new Failed(step, Errno.of(value));
            case STARTED -> new Started(value);
            case EXITED -> new Exited(value);
            case NOTE -> new Note(descriptors);
            case ATTACHED -> new Attached();
            case REFUSED -> new Refused(Errno.of(value));
            case DETACHED -> new Detached();
            case LOG -> new Log(value == 0 ? Optional.empty() : Optional.of(Errno.of(value)));
            default -> throw new IllegalStateException("the launcher sent an unknown report " + kind);
        };
    }
}
