package io.whalebox.runtime;

import io.whalebox.linux.ControlSocket;
import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.linux.WindowSize;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A connection to a container's monitor. There can be several, from several processes, and all can do the same.
 *
 * <p>For many threads at once: one may wait for the end while others ask. Methods that wait block their thread in the
 * kernel: not for virtual threads.
 */
public final class MonitorConnection implements AutoCloseable {
    private final ControlSocket socket;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition heard = lock.newCondition();
    /** What was asked and not answered yet; the monitor answers in the order of the questions. */
    private final Deque<CompletableFuture<State>> questions = new ArrayDeque<>();

    private Optional<End> end = Optional.empty();
    private Optional<Errno> logTrouble = Optional.empty();
    private boolean reading;

    /** What the monitor says of the container. */
    public sealed interface State {}

    /** Its program runs, as this process in the monitor's PID namespace. */
    public record Running(int pid) implements State {}

    /** Nothing more will come on the connection. */
    public sealed interface End extends State {
        /** How the program ended, as shells count. */
        default int exitStatus() {
            return WaitStatus.KILLED;
        }
    }

    /** The container has ended; its log is complete and its exit file written. */
    public record Exited(WaitStatus status) implements End {
        @Override
        public int exitStatus() {
            return status.exitStatus();
        }
    }

    /** The user typed the keys that end the attachment of this connection. */
    public record Detached() implements End {}

    /** The monitor has gone: it was killed, and the container with it, or it had ended before it could tell. */
    public record Lost() implements End {}

    private record Attached() implements State {}

    private record Refused(Errno errno) implements State {}

    /** Takes over a connection on which so many attachments have been sent and not been answered. */
    MonitorConnection(ControlSocket socket, int attachments) {
        this.socket = socket;
        for (int i = 0; i < attachments; i++) {
            questions.add(new CompletableFuture<>());
        }
    }

    /**
     * Connects to the monitor whose socket this is.
     *
     * @throws io.whalebox.linux.LinuxException ENOENT or ECONNREFUSED when there is none; the exit file then says why
     */
    public static MonitorConnection connect(Path socket) {
        return new MonitorConnection(ControlSocket.connect(socket), 0);
    }

    /** The end of an attachment's own connection that its user holds. */
    public static MonitorConnection of(ControlSocket end) {
        return new MonitorConnection(end, 0);
    }

    /** Sends a signal to the container's first process; false when the monitor has gone. */
    public boolean signal(int signal) {
        return socket.send(Command.signal(signal));
    }

    /** Sets the size of the container's terminal, if it has one; false when the monitor has gone. */
    public boolean resize(WindowSize size) {
        return socket.send(Command.resize(size));
    }

    /** Ends the container's standard input once it has what is on its way; false when the monitor has gone. */
    public boolean closeInput() {
        return socket.send(Command.closeInput());
    }

    /**
     * Attaches streams. Whatever the container writes after this has returned goes to them too.
     *
     * @return false when the container has ended
     * @throws WhaleboxException CONFLICT if this connection has an attachment already, UNAVAILABLE if the monitor has
     *     too many connections
     */
    public boolean attach(Attachment attachment) {
        State answer = ask(() -> socket.send(attachment.command(), attachment.descriptors()));
        if (answer instanceof Refused refused) {
            throw new WhaleboxException(
                    refused.errno() == Errno.EBUSY ? ErrorKind.CONFLICT : ErrorKind.UNAVAILABLE,
                    "could not attach to the container: "
                            + (refused.errno() == Errno.EMFILE
                                    ? "too many are attached already; detach one"
                                    : refused.errno().message()));
        }
        return answer instanceof Attached;
    }

    /** Asks whether the container runs. */
    public State status() {
        return ask(() -> socket.send(Command.status()));
    }

    /** Waits for the end of the container, or of this connection. */
    public End await() {
        return until(() -> end);
    }

    /** Why output is not recorded any more, as far as the monitor has told and been listened to. */
    public Optional<Errno> logTrouble() {
        lock.lock();
        try {
            return logTrouble;
        } finally {
            lock.unlock();
        }
    }

    private State ask(Supplier<Boolean> question) {
        CompletableFuture<State> answer = new CompletableFuture<>();
        lock.lock();
        try {
            if (end.isPresent()) {
                return end.get();
            }
            // Asked under the lock: the order of the questions is that of the answers.
            questions.add(answer);
            if (!question.get()) {
                // The monitor has left, but what it said before can still be read.
                answer.complete(new Lost());
            }
        } finally {
            lock.unlock();
        }
        State state = until(() -> Optional.ofNullable(answer.getNow(null)));
        return state instanceof Lost ? await() : state;
    }

    /** Reads reports until something is known. One thread reads for all; the others wait for what it hears. */
    private <T> T until(Supplier<Optional<T>> known) {
        lock.lock();
        try {
            while (true) {
                Optional<T> found = known.get();
                if (found.isPresent()) {
                    return found.get();
                }
                if (reading) {
                    heard.awaitUninterruptibly();
                } else {
                    read();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void read() {
        reading = true;
        Optional<Report> report = Optional.empty();
        lock.unlock();
        try {
            report = Report.receive(socket);
        } finally {
            lock.lock();
            reading = false;
            hear(report);
            heard.signalAll();
        }
    }

    private void hear(Optional<Report> report) {
        if (report.isEmpty()) {
            over(new Lost());
            return;
        }
        switch (report.get()) {
            case Report.Started started -> answer(new Running(started.pid()));
            case Report.Attached _ -> answer(new Attached());
            case Report.Refused refused -> answer(new Refused(refused.errno()));
            case Report.Exited exited -> over(new Exited(new WaitStatus(exited.status())));
            case Report.Detached _ -> over(new Detached());
            case Report.Log log -> logTrouble = log.trouble();
            case Report.Failed _, Report.Note _ -> {
                // A plan's own reports, which are over when the monitor begins.
            }
        }
    }

    private void answer(State state) {
        CompletableFuture<State> question = questions.poll();
        if (question != null) {
            question.complete(state);
        }
    }

    private void over(End last) {
        end = Optional.of(end.orElse(last));
        questions.forEach(question -> question.complete(last));
        questions.clear();
    }

    /** Leaves the monitor, and its container, as they are; streams that were attached by this connection are let go. */
    @Override
    public void close() {
        socket.close();
    }
}
