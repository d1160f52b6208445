package io.whalebox.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * The process that the user's shell knows ({@code native/client.c}): signals arrive there and come here as messages,
 * and it puts the terminal back when this process cannot. What is sent in both directions is one 32-bit number.
 */
public final class Client implements AutoCloseable {
    /** The variable by which the client names its socket. */
    public static final String VARIABLE = "WHALEBOX_CLIENT_FD";

    private static final int TAKES_SIGNALS = 1;
    private static final int TERMINAL_RAW = 2;
    private static final int TERMINAL_BACK = 3;

    private final ControlSocket socket;

    private Client(ControlSocket socket) {
        this.socket = socket;
    }

    /** The client that started this process, if one did. Call it once: it takes the descriptor over. */
    public static Optional<Client> ofThisProcess() {
        return Optional.ofNullable(System.getenv(VARIABLE))
                .map(Integer::parseInt)
                .map(Client::at);
    }

    /** A client behind a socket that this process was born with. */
    static Client at(int descriptor) {
        int setFlags = 2;
        int closeOnExec = 1;
        // It crossed execve(2) once, from the client to here; no further process may have it.
        Kernel.call(Syscall.FCNTL, "descriptor " + descriptor, descriptor, setFlags, closeOnExec);
        return new Client(ControlSocket.inherited(descriptor));
    }

    /** From now on each signal is a message; before, those that usually end a program end this one. */
    public void takeSignals() {
        tell(TAKES_SIGNALS);
    }

    /** To be said before the terminal's settings are changed. */
    public void terminalIsRaw() {
        tell(TERMINAL_RAW);
    }

    /** To be said when the settings are the user's again. */
    public void terminalIsBack() {
        tell(TERMINAL_BACK);
    }

    /**
     * Waits for a signal. Blocks its thread: not for virtual threads.
     *
     * @return what the client received, or nothing when it is gone
     */
    public Optional<Signal> nextSignal() {
        ByteBuffer packet = socket.receive().bytes();
        return packet.remaining() < Integer.BYTES ? Optional.empty() : Optional.of(new Signal(packet.getInt()));
    }

    private void tell(int message) {
        // A client that is gone is noticed by whoever reads.
        socket.send(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(message)
                .flip());
    }

    @Override
    public void close() {
        socket.close();
    }
}
