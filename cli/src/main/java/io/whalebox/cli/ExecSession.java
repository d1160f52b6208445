package io.whalebox.cli;

import io.whalebox.engine.Container;
import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.Engine;
import io.whalebox.engine.Exec;
import io.whalebox.engine.ExecSpec;
import io.whalebox.linux.Client;
import io.whalebox.linux.ControlSocket;
import io.whalebox.linux.Fd;
import io.whalebox.linux.Signal;
import io.whalebox.linux.Terminal;
import io.whalebox.runtime.DetachKeys;
import io.whalebox.runtime.MonitorConnection;
import io.whalebox.runtime.Spec;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A caller at a further program of a container: its streams go to and from the program's monitor, and this process
 * copies nothing. It ends when the program does, or when the client leaves, which does not end the program.
 */
record ExecSession(Caller caller, DetachKeys keys, boolean terminal, boolean interactive) {
    /** How large the caller's terminal is. */
    Spec.Console size() {
        return user().map(Caller::sizeOf).orElse(new Spec.Console(0, 0));
    }

    private Optional<Terminal> user() {
        return terminal ? Terminal.of(interactive ? caller.input() : caller.output()) : Optional.empty();
    }

    /** Runs a program and stays with it; returns its exit status. */
    int run(Engine engine, ContainerRecord container, ExecSpec spec) {
        Optional<Client> client = caller.client();
        client.ifPresent(Client::takeSignals);
        Optional<RawTerminal> raw = interactive ? user().map(it -> RawTerminal.enter(it, client)) : Optional.empty();
        ControlSocket.Pair pair = ControlSocket.pair();
        try (MonitorConnection ours = MonitorConnection.of(pair.ours())) {
            Exec exec = start(engine, container, spec, pair.theirs());
            CompletableFuture<Integer> left = new CompletableFuture<>();
            Container entered = engine.container(container);
            client.ifPresent(it -> it.listen(new Listener(entered, exec, user(), raw, left)));
            client.ifPresent(it -> it.session(pair.ours().fd()));
            if (interactive) {
                caller.wantInput();
            }
            CompletableFuture<Integer> ended = CompletableFuture.supplyAsync(
                    () -> status(entered, exec, ours.await(), left),
                    task -> Thread.ofPlatform().name("exec").daemon().start(task));
            int status = ended.applyToEither(left, it -> it).join();
            // Whoever still waits there is to have left before the descriptor is another's.
            pair.ours().shut();
            var _ = ended.join();
            return status;
        } finally {
            raw.ifPresent(RawTerminal::close);
        }
    }

    private Exec start(Engine engine, ContainerRecord container, ExecSpec spec, Fd connection) {
        try (connection) {
            return engine.exec(
                    container,
                    terminal ? spec.terminal(size()) : spec,
                    List.of(caller.attachment(connection, terminal, interactive, keys)));
        }
    }

    /** The client listens to the same connection, and may have heard of the end in place of this process. */
    private static int status(
            Container container, Exec exec, MonitorConnection.End end, CompletableFuture<Integer> left) {
        return switch (end) {
            case MonitorConnection.Exited exited -> exited.status().exitStatus();
            case MonitorConnection.Detached _ -> {
                leave(container, exec);
                yield 0;
            }
            // Nor is a program waited for that runs on when the client has left, with all that is held for that.
            case MonitorConnection.Lost _ -> left.isDone() ? left.join() : exec.await();
        };
    }

    private static void leave(Container container, Exec exec) {
        container.tell("exec_detach", "execID", exec.id());
    }

    /** As with Docker, signals are for the client: the program gets what is typed, and its terminal's size. */
    private record Listener(
            Container container,
            Exec exec,
            Optional<Terminal> user,
            Optional<RawTerminal> raw,
            CompletableFuture<Integer> left)
            implements Client.Listener {
        private static final int BY_SIGNAL = 128;

        @Override
        public void signal(Signal signal) {
            if (signal.equals(Signal.WINCH)) {
                resize();
            } else if (signal.equals(Signal.CONT)) {
                raw.ifPresent(RawTerminal::enterAgain);
                resize();
            } else if (SignalRelay.DEADLY.contains(signal)) {
                left.complete(BY_SIGNAL + signal.number());
            }
        }

        private void resize() {
            user.map(Terminal::size).ifPresent(exec::resize);
        }

        @Override
        public void detached() {
            leave(container, exec);
        }

        @Override
        public void gone() {
            left.complete(BY_SIGNAL + Signal.KILL.number());
        }
    }
}
