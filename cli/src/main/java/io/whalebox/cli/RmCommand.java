package io.whalebox.cli;

import io.whalebox.engine.Engine;
import java.util.List;

/** {@code whalebox rm}. */
final class RmCommand implements Command {
    private static final Flag<Boolean> FORCE =
            Flag.toggle("force", "Kill a container that runs, and remove it").shorthand('f');

    private static final Flag<Boolean> VOLUMES = Flag.toggle(
                    "volumes", "Remove the volumes too that were made for the container and have no name")
            .shorthand('v');

    @Override
    public List<String> names() {
        return List.of("rm", "container rm", "container remove");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER [CONTAINER...]";
    }

    @Override
    public String summary() {
        return "Remove containers";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(FORCE, VOLUMES);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.atLeast(1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        try (Engine engine = Store.open(console)) {
            return EachArgument.of(line.arguments(), console, name -> {
                if (line.isOn(FORCE)) {
                    engine.removeByForce(name, line.isOn(VOLUMES));
                } else {
                    engine.remove(engine.find(name), line.isOn(VOLUMES));
                }
                console.out().println(Printable.of(name));
            });
        }
    }
}
