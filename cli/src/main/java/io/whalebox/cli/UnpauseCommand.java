package io.whalebox.cli;

import io.whalebox.engine.Engine;
import java.util.List;

/** {@code whalebox unpause}. */
final class UnpauseCommand implements Command {
    @Override
    public List<String> names() {
        return List.of("unpause", "container unpause");
    }

    @Override
    public String synopsis() {
        return "CONTAINER [CONTAINER...]";
    }

    @Override
    public String summary() {
        return "Let the processes of paused containers go on";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of();
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.atLeast(1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        try (Engine engine = Store.open(console)) {
            return EachArgument.of(line.arguments(), console, name -> {
                engine.container(engine.find(name)).unpause();
                console.out().println(Printable.of(name));
            });
        }
    }
}
