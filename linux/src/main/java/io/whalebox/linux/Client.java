package io.whalebox.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;

/**
 * The process that the user's shell knows ({@code native/client.c}): signals arrive there and come here as messages,
 * and it puts the terminal back when this process cannot. It sends signals' numbers, 32 bits each; what is sent to it
 * is a {@code struct message} of {@code native/client.h}. Any thread may use it.
 */
public final class Client implements AutoCloseable {
    /** The variable by which a client names its socket to a process of its own. */
    public static final String VARIABLE = "WHALEBOX_CLIENT_FD";

    private static final int TAKES_SIGNALS = 1;
    private static final int TERMINAL_RAW = 2;
    private static final int TERMINAL_BACK = 3;
    private static final int WANTS_INPUT = 4;
    private static final int EXITS = 5;
    private static final int RESTARTS = 6;
    private static final int SESSION = 7;
    private static final int HEARD = 8;

    /** What the client sends in place of a signal's number when its user has left the container. */
    private static final int DETACHES = 0;

    private final ControlSocket socket;
    private final Executor threads;
    private final Queue<Signal> unheard = new ArrayDeque<>();
    private Optional<Listener> listener = Optional.empty();
    private boolean reading;
    private boolean gone;

    /** Whoever wants to know what happens to the client. */
    public interface Listener {
        /** It received a signal. */
        void signal(Signal signal);

        /** Its user has left the container by the keys for that; its end follows. */
        default void detached() {}

        /** It has ended, and nobody waits for this command any more. */
        void gone();
    }

    private Client(ControlSocket socket, Executor threads) {
        this.socket = socket;
        this.threads = threads;
    }

    /** The client that started this process, if one did. Call it once: it takes the descriptor over. */
    public static Optional<Client> ofThisProcess() {
        return Optional.ofNullable(System.getenv(VARIABLE))
                .map(Integer::parseInt)
                .map(Client::at);
    }

    /** The process at the other end, or the one that started this. */
    public int process() {
        return socket.peerProcess();
    }

    /** A client behind a socket that this process was born with. */
    static Client at(int descriptor) {
        int setFlags = 2;
        int closeOnExec = 1;
        // It crossed execve(2) once, from the client to here; no further process may have it.
        Kernel.call(Syscall.FCNTL, "descriptor " + descriptor, descriptor, setFlags, closeOnExec);
        return over(
                ControlSocket.inherited(descriptor),
                task -> Thread.ofPlatform().name("signals").daemon().start(task));
    }

    /**
     * A client that connected.
     *
     * @param threads give the one on which it is listened to
     */
    public static Client over(ControlSocket socket, Executor threads) {
        return new Client(socket, threads);
    }

    /**
     * Hears of the client's signals and end from now on, on a thread of its own, in place of who listened before. What
     * nobody has heard yet comes first.
     */
    public synchronized void listen(Listener next) {
        listener = Optional.of(next);
        unheard.forEach(signal -> pass(signal, next));
        unheard.clear();
        if (gone) {
            next.gone();
        } else if (!reading) {
            reading = true;
            threads.execute(this::read);
        }
    }

    private void read() {
        ByteBuffer packet = socket.receive().bytes();
        while (packet.remaining() >= Integer.BYTES) {
            int number = packet.getInt();
            if (number == DETACHES) {
                detached();
            } else {
                hear(new Signal(number));
            }
            packet = socket.receive().bytes();
        }
        end();
    }

    private synchronized void hear(Signal signal) {
        listener.ifPresentOrElse(to -> pass(signal, to), () -> unheard.add(signal));
    }

    /** Says so afterwards: what a process that dies had not passed on yet, the client passes on itself. */
    private void pass(Signal signal, Listener to) {
        to.signal(signal);
        tell(HEARD, signal.number());
    }

    private synchronized void detached() {
        listener.ifPresent(Listener::detached);
    }

    private synchronized void end() {
        gone = true;
        socket.close();
        listener.ifPresent(Listener::gone);
    }

    /** From now on each signal is a message; before, those that usually end a program end the client. */
    public void takeSignals() {
        tell(TAKES_SIGNALS, 0);
    }

    /** To be said before the terminal's settings are changed. */
    public void terminalIsRaw() {
        tell(TERMINAL_RAW, 0);
    }

    /** To be said when the settings are the user's again. */
    public void terminalIsBack() {
        tell(TERMINAL_BACK, 0);
    }

    /** From now on what the user types is passed on, for a client that was asked from a terminal. */
    public void wantInput() {
        tell(WANTS_INPUT, 0);
    }

    /** The command is over. */
    public void exit(int status) {
        tell(EXITS, status);
    }

    /** Another engine is to be started and asked. */
    public void restart() {
        tell(RESTARTS, 0);
    }

    /**
     * A connection to the container's monitor, by which the client learns of the end, and passes signals on, when this
     * process is no more.
     */
    public void session(Fd connection) {
        tell(SESSION, 0, List.of(connection));
    }

    private void tell(int kind, int value) {
        tell(kind, value, List.of());
    }

    private synchronized void tell(int kind, int value, List<Fd> descriptors) {
        if (gone) {
            // Whoever read that has closed the socket.
            return;
        }
        socket.send(
                ByteBuffer.allocate(2 * Integer.BYTES)
                        .order(ByteOrder.nativeOrder())
                        .putInt(kind)
                        .putInt(value)
                        .flip(),
                descriptors);
    }

    /** Ends the connection, of which nobody hears any more. */
    @Override
    public synchronized void close() {
        listener = Optional.empty();
        if (gone) {
            return;
        }
        if (reading) {
            // Its thread reads the end, and closes it.
            socket.shut();
        } else {
            gone = true;
            socket.close();
        }
    }
}
