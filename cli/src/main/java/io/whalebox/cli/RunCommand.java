package io.whalebox.cli;

import io.whalebox.engine.Container;
import io.whalebox.engine.ContainerSpec;
import io.whalebox.engine.Engine;
import io.whalebox.engine.RunningContainer;
import io.whalebox.image.Platform;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Terminal;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.DetachKeys;
import io.whalebox.runtime.LaunchException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code whalebox run}: makes a container, stays with it until it ends, and leaves with its exit status. */
final class RunCommand implements Command {
    /** What run leaves with when the container never ran. */
    private static final int ENGINE_FAILED = 125;

    private static final int NO_TERMINAL = 1;

    @Override
    public List<String> names() {
        return List.of("run", "container run");
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
        if (console.service().isEmpty()) {
            Engine.prepare();
        }
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
        if (line.isOn(RunFlags.DETACH) && !line.values(ChosenStreams.ATTACH).isEmpty()) {
            throw Strconv.invalid("conflicting options: cannot specify both --attach and --detach");
        }
        try (ChosenStreams streams = ChosenStreams.of(line, console.caller())) {
            boolean proxySignals = line.value(RunFlags.SIG_PROXY).orElse(true);
            if (line.isOn(RunFlags.DETACH)) {
                Consumer<String> created = id -> cidFile.ifPresent(file -> file.write(id));
                Container container = engine.start(spec, new Engine.Start(List.of(), Optional.empty(), created));
                console.out().println(container.id());
                return 0;
            }
            // With an engine that stays the container gets a life of its own; else this process holds it.
            Consumer<String> named = id -> {
                cidFile.ifPresent(file -> file.write(id));
                if (streams.hidesOutput()) {
                    console.out().println(id);
                    console.out().flush();
                }
            };
            RunningContainer.Exit exit = console.service().isPresent()
                    ? new AttachedSession(streams.caller(), detachKeys(line), proxySignals).run(engine, spec, named)
                    : new ForegroundSession(engine, spec, streams.caller(), proxySignals)
                            .run(container -> named.accept(container.id()));
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

    private static DetachKeys detachKeys(CommandLine line) {
        return line.value(RunFlags.DETACH_KEYS)
                .filter(keys -> !keys.isEmpty())
                .map(DetachKeys::of)
                .orElse(DetachKeys.DEFAULT);
    }
}
