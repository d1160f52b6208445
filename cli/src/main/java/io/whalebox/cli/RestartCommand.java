package io.whalebox.cli;

import io.whalebox.engine.Engine;
import java.util.List;

/** {@code whalebox restart}. */
final class RestartCommand implements Command {
    @Override
    public List<String> names() {
        return List.of("restart", "container restart");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER [CONTAINER...]";
    }

    @Override
    public String summary() {
        return "Stop containers, as far as they run, and start them again";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(StopCommand.TIME, StopCommand.SIGNAL);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.atLeast(1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        try (Engine engine = Store.open(console)) {
            return EachArgument.of(line.arguments(), console, name -> {
                var _ = engine.container(engine.find(name))
                        .restart(line.value(StopCommand.SIGNAL), StopCommand.grace(line));
                console.out().println(Printable.of(name));
            });
        }
    }
}
