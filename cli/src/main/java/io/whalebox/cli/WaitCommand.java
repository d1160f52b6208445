package io.whalebox.cli;

import io.whalebox.engine.Container;
import io.whalebox.engine.Engine;
import java.util.List;

/** {@code whalebox wait}. */
final class WaitCommand implements Command {
    @Override
    public List<String> names() {
        return List.of("wait", "container wait");
    }

    @Override
    public String synopsis() {
        return "CONTAINER [CONTAINER...]";
    }

    @Override
    public String summary() {
        return "Wait until containers end, and print their exit statuses";
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
                Container container = engine.container(engine.find(name));
                console.out().println(Lasting.await("wait", container::await).exitStatus());
                console.out().flush();
            });
        }
    }
}
