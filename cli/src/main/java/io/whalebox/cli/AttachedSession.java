package io.whalebox.cli;

import io.whalebox.engine.Container;
import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.ContainerSpec;
import io.whalebox.engine.Engine;
import io.whalebox.engine.RunningContainer;
import io.whalebox.engine.StartOptions;
import io.whalebox.linux.Client;
import io.whalebox.linux.ControlSocket;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Fd;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.Signal;
import io.whalebox.linux.Terminal;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Attachment;
import io.whalebox.runtime.DetachKeys;
import io.whalebox.runtime.Spec;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * A caller at a container that lives on its own: its streams go to and from the container's monitor, and this process
 * copies nothing. It ends when the container does, or when the client leaves, which does not end the container.
 */
record AttachedSession(Caller caller, DetachKeys keys, boolean proxySignals) {
    /** What is said of a container that the client has left. */
    private static final RunningContainer.Exit LEFT = new RunningContainer.Exit(0, false);

    /** Starts a container and stays with it. */
    RunningContainer.Exit run(Engine engine, ContainerSpec spec, Consumer<String> created) {
        boolean terminal = spec.program().terminal();
        boolean interactive = spec.program().stdin();
        Optional<Terminal> user =
                terminal ? Terminal.of(interactive ? caller.input() : caller.output()) : Optional.empty();
        Optional<Spec.Console> size =
                terminal ? Optional.of(user.map(Caller::sizeOf).orElse(new Spec.Console(0, 0))) : Optional.empty();
        return stay(
                terminal,
                interactive,
                user,
                attachment -> engine.start(spec, new StartOptions(List.of(attachment), size, created)));
    }

    /** Starts a container that is there, and stays with it. */
    RunningContainer.Exit start(Engine engine, ContainerRecord record, boolean interactive) {
        boolean terminal = record.terminal();
        Optional<Terminal> user = typedAt(terminal, interactive);
        Optional<Spec.Console> size = user.map(Caller::sizeOf);
        return stay(
                terminal,
                interactive,
                user,
                attachment -> engine.start(record, new StartOptions(List.of(attachment), size, _ -> {})));
    }

    /** Comes to a container that runs. */
    RunningContainer.Exit join(Container container, boolean terminal, boolean interactive) {
        Optional<Terminal> user = typedAt(terminal, interactive);
        return stay(terminal, interactive, user, attachment -> {
            container.attach(attachment);
            // A program that draws on the whole terminal does so again when its size changes.
            user.map(Terminal::size).ifPresent(container::resize);
            return container;
        });
    }

    /** The terminal that is to act as the one of a container that is there. */
    private Optional<Terminal> typedAt(boolean terminal, boolean interactive) {
        Optional<Terminal> user = terminal ? Terminal.of(caller.input()) : Optional.empty();
        if (terminal && interactive && user.isEmpty()) {
            throw new WhaleboxException(ErrorKind.PRECONDITION, "the input device is not a TTY");
        }
        return user;
    }

    /** Takes an attachment to a container. */
    private interface Approach {
        Container with(Attachment attachment);
    }

    private RunningContainer.Exit stay(
            boolean terminal, boolean interactive, Optional<Terminal> user, Approach approach) {
        Optional<Client> client = caller.client();
        client.ifPresent(Client::takeSignals);
        Optional<RawTerminal> raw = interactive ? user.map(it -> RawTerminal.enter(it, client)) : Optional.empty();
        ControlSocket.Pair pair = ControlSocket.pair();
        try (Fd theirs = pair.theirs();
                ControlSocket ours = pair.ours()) {
            Container container = approach.with(caller.attachment(theirs, terminal, interactive, keys));
            client.ifPresent(to -> to.session(ours.fd()));
            CompletableFuture<RunningContainer.Exit> end = container.end().orElseGet(() -> endOf(container));
            CompletableFuture<RunningContainer.Exit> over =
                    end.applyToEither(left(container, user, raw, terminal), it -> it);
            if (interactive) {
                caller.wantInput();
            }
            return over.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof WhaleboxException cause ? cause : e;
        } finally {
            raw.ifPresent(RawTerminal::close);
        }
    }

    /** Over when the client leaves; signals go to the container until then. */
    private CompletableFuture<RunningContainer.Exit> left(
            Container container, Optional<Terminal> user, Optional<RawTerminal> raw, boolean terminal) {
        CompletableFuture<RunningContainer.Exit> left = new CompletableFuture<>();
        caller.client()
                .ifPresent(client ->
                        SignalRelay.start(client, new Target(container, user, raw, left), proxySignals, terminal));
        return left;
    }

    private static CompletableFuture<RunningContainer.Exit> endOf(Container container) {
        return CompletableFuture.supplyAsync(
                container::await,
                task -> Thread.ofPlatform().daemon().name("await").start(task));
    }

    private record Target(
            Container container,
            Optional<Terminal> user,
            Optional<RawTerminal> raw,
            CompletableFuture<RunningContainer.Exit> left)
            implements SignalRelay.Target {
        @Override
        public void signal(Signal signal) {
            try {
                container.kill(signal);
            } catch (WhaleboxException e) {
                // It has just ended, and the client is about to hear of that.
                Loggers.named("io.whalebox.cli").log(System.Logger.Level.DEBUG, e.getMessage());
            }
        }

        @Override
        public void resize() {
            try {
                user.map(Terminal::size).ifPresent(container::resize);
            } catch (WhaleboxException e) {
                Loggers.named("io.whalebox.cli").log(System.Logger.Level.DEBUG, e.getMessage());
            }
        }

        @Override
        public void resume() {
            raw.ifPresent(RawTerminal::enterAgain);
            resize();
        }

        @Override
        public void detached() {
            container.tell("detach");
        }

        @Override
        public void gone() {
            left.complete(LEFT);
        }

        @Override
        public void hangUp() {
            signal(Signal.HUP);
        }
    }
}
