package io.whalebox.cli;

import io.whalebox.engine.Container;
import io.whalebox.engine.ContainerSpec;
import io.whalebox.engine.Engine;
import io.whalebox.engine.RestartPolicy;
import io.whalebox.engine.RunningContainer;
import io.whalebox.engine.StartOptions;
import io.whalebox.linux.Terminal;
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
        ContainerSpec spec = RunSpec.of(line, console.environment(), console.files());
        try (Engine engine = Store.open(console)) {
            return ImageOnDemand.of(line, console, engine).during(spec, () -> run(engine, spec, line, console));
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
        if (line.isOn(RunFlags.DETACH) && !line.values(ChosenStreams.ATTACH).isEmpty()) {
            throw Strconv.invalid("conflicting options: cannot specify both --attach and --detach");
        }
        if (console.service().isEmpty() && spec.life().restart().mode() != RestartPolicy.Mode.NO) {
            console.err().println("whalebox: nobody stays to start the container again: see WHALEBOX_ENGINE");
        }
        Optional<CidFile> cidFile = CidFile.of(line, console);
        try (ChosenStreams streams = ChosenStreams.of(line, console.caller())) {
            boolean proxySignals = line.value(RunFlags.SIG_PROXY).orElse(true);
            if (line.isOn(RunFlags.DETACH)) {
                Consumer<String> created = id -> cidFile.ifPresent(file -> file.write(id));
                Container container = engine.start(spec, new StartOptions(List.of(), Optional.empty(), created));
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
                    ? new AttachedSession(
                                    streams.caller(), RunFlags.detachKeys(line, RunFlags.DETACH_KEYS), proxySignals)
                            .run(engine, spec, named)
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
}
