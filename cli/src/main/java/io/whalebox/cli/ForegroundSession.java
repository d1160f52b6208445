package io.whalebox.cli;

import io.whalebox.engine.ContainerSpec;
import io.whalebox.engine.Engine;
import io.whalebox.engine.RunningContainer;
import io.whalebox.linux.Client;
import io.whalebox.linux.Signal;
import io.whalebox.linux.Terminal;
import io.whalebox.linux.WindowSize;
import io.whalebox.runtime.Spec;
import java.time.Duration;
import java.util.Optional;

/** A container that this process holds, whose caller's streams it copies: it ends when this process does. */
record ForegroundSession(Engine engine, ContainerSpec spec, Caller caller, boolean proxySignals) {
    interface Started {
        void by(RunningContainer container);
    }

    RunningContainer.Exit run(Started started) {
        Optional<Client> client = caller.client();
        boolean interactive = spec.program().stdin();
        if (spec.program().terminal()) {
            Optional<Terminal> user = Terminal.of(interactive ? caller.input() : caller.output());
            return withTerminal(client, user, interactive, started);
        }
        return withPipes(client, interactive, started);
    }

    private RunningContainer.Exit withPipes(Optional<Client> client, boolean interactive, Started started) {
        Attachment.Pipes pipes = Attachment.Pipes.open(interactive);
        client.ifPresent(Client::takeSignals);
        try (RunningContainer container = engine.run(spec, pipes.theirs())) {
            pipes.closeTheirs();
            started.by(container);
            client.ifPresent(to -> SignalRelay.start(to, new PipedTarget(container), proxySignals, false));
            Attachment attachment = Attachment.to(pipes, caller);
            RunningContainer.Exit exit = container.await();
            attachment.await();
            return exit;
        }
    }

    private RunningContainer.Exit withTerminal(
            Optional<Client> client, Optional<Terminal> user, boolean interactive, Started started) {
        Spec.Console size = user.map(Caller::sizeOf).orElse(new Spec.Console(0, 0));
        client.ifPresent(Client::takeSignals);
        Optional<RawTerminal> raw =
                interactive ? user.map(terminal -> RawTerminal.enter(terminal, client)) : Optional.empty();
        try (RunningContainer container = engine.run(spec, size)) {
            started.by(container);
            TerminalTarget target = new TerminalTarget(container, user, raw);
            client.ifPresent(to -> SignalRelay.start(to, target, proxySignals, true));
            Attachment attachment =
                    Attachment.to(container.terminal().orElseThrow(), caller, interactive, target::hangUp);
            RunningContainer.Exit exit = container.await();
            attachment.await();
            return exit;
        } finally {
            raw.ifPresent(RawTerminal::close);
        }
    }

    private record PipedTarget(RunningContainer container) implements SignalRelay.Target {
        @Override
        public void signal(Signal signal) {
            container.signal(signal);
        }

        @Override
        public void resize() {}

        @Override
        public void resume() {}

        @Override
        public void gone() {
            // Nobody would learn how the container ends, and its terminal is not ours any more.
            container.signal(Signal.KILL);
        }

        @Override
        public void hangUp() {
            container.signal(Signal.HUP);
        }
    }

    private record TerminalTarget(RunningContainer container, Optional<Terminal> user, Optional<RawTerminal> raw)
            implements SignalRelay.Target {
        /** How long a container may take to end after its terminal is gone: as long as after {@code docker stop}. */
        private static final Duration GRACE = Duration.ofSeconds(10);

        @Override
        public void signal(Signal signal) {
            container.signal(signal);
        }

        @Override
        public void resize() {
            user.ifPresent(from -> {
                WindowSize size = from.size();
                container.terminal().flatMap(Terminal::of).ifPresent(to -> to.resize(size));
            });
        }

        @Override
        public void resume() {
            raw.ifPresent(RawTerminal::enterAgain);
            resize();
        }

        @Override
        public void gone() {
            // Nobody would learn how the container ends, and its terminal is not ours any more.
            container.signal(Signal.KILL);
        }

        @Override
        public void hangUp() {
            // What the kernel itself says of a terminal that is gone, and what this program calls the end.
            container.signal(Signal.HUP);
            container.signal(container.stopSignal());
            try {
                Thread.sleep(GRACE);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            // Process 1 is free to ignore both, but there is nobody left who could end it.
            container.signal(Signal.KILL);
        }
    }
}
