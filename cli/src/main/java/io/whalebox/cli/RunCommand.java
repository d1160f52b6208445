package io.whalebox.cli;

import io.whalebox.engine.ContainerSpec;
import io.whalebox.engine.Engine;
import io.whalebox.engine.RunningContainer;
import io.whalebox.image.Platform;
import io.whalebox.linux.Client;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Signal;
import io.whalebox.linux.Terminal;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.linux.WindowSize;
import io.whalebox.runtime.LaunchException;
import io.whalebox.runtime.Spec;
import java.util.List;
import java.util.Optional;

/** {@code whalebox run}: makes a container, stays with it until it ends, and leaves with its exit status. */
final class RunCommand implements Command {
    /** What run leaves with when the container never ran. */
    private static final int ENGINE_FAILED = 125;

    private static final int NO_TERMINAL = 1;

    @Override
    public List<String> names() {
        return List.of("run");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] IMAGE [COMMAND] [ARG...]";
    }

    @Override
    public String summary() {
        return "Create a container from an image and run it";
    }

    @Override
    public List<Flag<?>> flags() {
        return RunFlags.ALL;
    }

    @Override
    public CommandLine.Order order() {
        return CommandLine.Order.FLAGS_FIRST;
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.atLeast(1);
    }

    @Override
    public int failureStatus(RuntimeException failure) {
        return failure instanceof LaunchException launch ? launch.exitStatus() : ENGINE_FAILED;
    }

    @Override
    public int run(CommandLine line, Console console) {
        Engine.prepare();
        PullPolicy policy = PullPolicy.parse(line.value(RunFlags.PULL).orElse(""));
        Optional<Platform> platform =
                line.value(RunFlags.PLATFORM).filter(text -> !text.isEmpty()).map(Platform::parse);
        ContainerSpec spec = RunSpec.of(line, console.environment(), console.files());
        try (Engine engine = Store.open(console)) {
            Pulling pulling = new Pulling(engine, console, line.isOn(RunFlags.QUIET) ? Shown.NOWHERE : Shown.ERRORS);
            policy.before(engine, spec.image(), platform, pulling);
            try {
                return run(engine, spec, line, console);
            } catch (WhaleboxException e) {
                // Looked for only now: a command whose image is there is not to pay for the question.
                if (e.kind() != ErrorKind.NOT_FOUND || !policy.found(engine, spec.image(), platform, pulling)) {
                    throw e;
                }
                return run(engine, spec, line, console);
            }
        }
    }

    private static int run(Engine engine, ContainerSpec spec, CommandLine line, Console console) {
        if (line.isOn(RunFlags.EXPLAIN)) {
            console.out().print(engine.explain(spec).print());
            return 0;
        }
        if (spec.program().terminal()
                && spec.program().stdin()
                && Terminal.of(console.caller().input()).isEmpty()) {
            // Docker's client says so before it asks its engine for anything, hence the other status.
            console.err().println("whalebox: the input device is not a TTY: leave out -t, or run it in a terminal");
            return NO_TERMINAL;
        }
        Optional<CidFile> cidFile = line.value(RunFlags.CIDFILE)
                .filter(path -> !path.isEmpty())
                .map(path -> CidFile.create(console.directory().resolve(path)));
        try {
            RunningContainer.Exit exit = new Session(
                            engine,
                            spec,
                            console.caller(),
                            line.value(RunFlags.SIG_PROXY).orElse(true))
                    .run(container -> cidFile.ifPresent(file -> file.write(container.id())));
            if (exit.outOfMemory() && exit.exitStatus() != 0) {
                console.err()
                        .println("whalebox: the container ran out of memory: the kernel killed a process of it"
                                + " (--memory sets the limit)");
            }
            return exit.exitStatus();
        } finally {
            cidFile.ifPresent(CidFile::close);
        }
    }

    /** One container and its caller. */
    private record Session(Engine engine, ContainerSpec spec, Caller caller, boolean proxySignals) {
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
            Spec.Console size = user.map(Terminal::size)
                    .map(window -> new Spec.Console(window.rows(), window.columns()))
                    .orElse(new Spec.Console(0, 0));
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
        public void hangUp() {
            container.signal(Signal.HUP);
        }
    }

    private record TerminalTarget(RunningContainer container, Optional<Terminal> user, Optional<RawTerminal> raw)
            implements SignalRelay.Target {
        /** How long a container may take to end after its terminal is gone: as long as after {@code docker stop}. */
        private static final java.time.Duration GRACE = java.time.Duration.ofSeconds(10);

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
