package io.whalebox.cli;

import io.whalebox.cli.service.EngineService;
import io.whalebox.cli.service.Request;
import io.whalebox.engine.Engine;
import io.whalebox.engine.Home;
import io.whalebox.linux.Client;
import io.whalebox.linux.ControlListener;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Fd;
import io.whalebox.linux.FdInputStream;
import io.whalebox.linux.FdOutputStream;
import io.whalebox.linux.Processes;
import io.whalebox.linux.WhaleboxException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code whalebox engine serve}: becomes the engine of a store and runs the commands of its clients. It is called by
 * the client that finds none, and by service managers.
 */
final class ServeCommand implements Command {
    private static final Flag<Integer> READY_FD = Flag.single(
            "ready-fd", "number", Integer::parseInt, "Write a line to this descriptor when clients may come");
    private static final Flag<Duration> IDLE = Flag.single(
                    "idle", "duration", Durations::parse, "Leave when nothing was asked for this long; 0 for never")
            .standard("10m");
    private static final Duration IDLE_STANDARD = Duration.ofMinutes(10);
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    /** A socket that a service manager has opened has this number (sd_listen_fds(3)). */
    private static final int FIRST_PASSED = 3;

    @Override
    public List<String> names() {
        return List.of("engine serve");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public String summary() {
        return "Serve the commands of a store, in the foreground";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(READY_FD, IDLE);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.NONE;
    }

    @Override
    public int run(CommandLine line, Console console) {
        Optional<Ready> ready = line.value(READY_FD).map(Ready::new);
        try {
            Home home = Home.of(console.environment().variables());
            Engine.prepare();
            try (Engine engine = Engine.open(home)) {
                Optional<EngineService> service =
                        EngineService.open(home.run(), build(), passed(console.environment()));
                if (service.isEmpty()) {
                    if (ready.isEmpty()) {
                        throw new WhaleboxException(
                                ErrorKind.CONFLICT, "another engine serves " + home.run() + ": stop it first");
                    }
                    ready.get().say("\n");
                    return 0;
                }
                Processes.changeDirectory("/");
                try (EngineService serving = service.get()) {
                    engine.stay();
                    ready.ifPresent(to -> to.say("\n"));
                    Duration idle = line.value(IDLE).orElse(IDLE_STANDARD);
                    serving.serve(new Served(home, engine, serving), idle.isZero() ? FOR_EVER : idle);
                }
            }
            return 0;
        } catch (RuntimeException e) {
            ready.ifPresent(to -> to.say(Printable.messageOf(e)));
            throw e;
        }
    }

    /** As the client knows it: the directory in which both were put by the build. */
    private static String build() {
        return Optional.ofNullable(System.getProperty("whalebox.build"))
                .orElseThrow(
                        () -> new IllegalStateException("the property whalebox.build names the build's directory"));
    }

    private static Optional<ControlListener> passed(Environment environment) {
        boolean ours = environment
                .get("LISTEN_PID")
                .filter(pid -> pid.equals(Long.toString(ProcessHandle.current().pid())))
                .isPresent();
        return ours && environment.get("LISTEN_FDS").filter("1"::equals).isPresent()
                ? Optional.of(ControlListener.inherited(FIRST_PASSED))
                : Optional.empty();
    }

    /** Whoever waits for the engine to begin. */
    private record Ready(int descriptor) {
        void say(String text) {
            try (Fd fd = Fd.owning(descriptor)) {
                fd.write(text.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /** The commands of clients, in this process. */
    private record Served(Home home, Engine engine, EngineService service) implements EngineService.Commands {
        @Override
        public int run(Request request) {
            PrintStream out = new PrintStream(
                    new Sink(new FdOutputStream(request.output()), "standard output"), false, StandardCharsets.UTF_8);
            PrintStream err = new PrintStream(new FdOutputStream(request.error()), true, StandardCharsets.UTF_8);
            Console console = new Console(
                    new Typed(request),
                    out,
                    err,
                    new Environment(request.environment()),
                    request.directory(),
                    new Caller(
                            request.input(),
                            request.output(),
                            request.error(),
                            request.typed(),
                            Optional.of(request.client())),
                    this::borrow,
                    Optional.of(service));
            try {
                return Main.run(request.words(), console);
            } finally {
                out.flush();
                Log.forget();
            }
        }

        private Engine borrow(Home wanted) {
            if (!wanted.equals(home)) {
                throw new WhaleboxException(
                        ErrorKind.PRECONDITION,
                        "the engine at " + home.run() + " serves the store " + home.root() + ", not " + wanted.root()
                                + ": set WHALEBOX_RUN to a directory of its own as well");
            }
            return engine.borrow();
        }

        @Override
        public void leaving() {
            engine.resign();
        }

        @Override
        public boolean needed() {
            return engine.isNeeded();
        }
    }

    /** Standard input, which the client begins to pass on when it is first read. */
    private static final class Typed extends FilterInputStream {
        private final Client client;
        private boolean wanted;

        Typed(Request request) {
            super(new FdInputStream(request.typed()));
            client = request.client();
        }

        @Override
        public int read() throws IOException {
            want();
            return super.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            want();
            return super.read(bytes, offset, length);
        }

        private void want() {
            if (!wanted) {
                wanted = true;
                client.wantInput();
            }
        }
    }
}
