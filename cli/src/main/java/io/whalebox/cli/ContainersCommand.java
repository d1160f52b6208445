package io.whalebox.cli;

import io.whalebox.engine.Container;
import io.whalebox.engine.Engine;
import java.util.List;

/** A command that does one thing to each container named, such as {@code pause}. */
record ContainersCommand(String word, String summary, List<Flag<?>> flags, Action action) implements Command {
    ContainersCommand {
        flags = List.copyOf(flags);
    }

    /** What is done. */
    interface Action {
        void to(Container container, CommandLine line);
    }

    static final Command KILL = new ContainersCommand(
            "kill",
            "Send a signal to containers",
            List.of(StopFlags.KILL_SIGNAL),
            (container, line) -> container.kill(StopFlags.toKill(line)));
    static final Command PAUSE = new ContainersCommand(
            "pause", "Stop all processes of containers where they are", List.of(), (container, _) -> container.pause());
    static final Command RESTART = new ContainersCommand(
            "restart",
            "Stop containers, as far as they run, and start them again",
            StopFlags.POLITE,
            (container, line) -> {
                var _ = Lasting.await(
                        "restart", () -> container.restart(line.value(StopFlags.SIGNAL), StopFlags.grace(line)));
            });
    static final Command STOP = new ContainersCommand(
            "stop",
            "Ask containers to end, and end those by force that do not",
            StopFlags.POLITE,
            (container, line) -> {
                var _ = Lasting.await("stop", () -> {
                    container.stop(line.value(StopFlags.SIGNAL), StopFlags.grace(line));
                    return container;
                });
            });
    static final Command UNPAUSE = new ContainersCommand(
            "unpause",
            "Let the processes of paused containers go on",
            List.of(),
            (container, _) -> container.unpause());

    @Override
    public List<String> names() {
        return List.of(word, "container " + word);
    }

    @Override
    public String synopsis() {
        return (flags.isEmpty() ? "" : "[OPTIONS] ") + "CONTAINER [CONTAINER...]";
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.atLeast(1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        try (Engine engine = Store.open(console)) {
            return EachArgument.of(line.arguments(), console, name -> {
                action.to(engine.container(engine.find(name)), line);
                console.out().println(Printable.of(name));
            });
        }
    }
}
