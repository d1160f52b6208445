package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.linux.Signal;
import java.util.List;

/** {@code whalebox kill}. */
final class KillCommand implements Command {
    private static final Flag<Signal> SIGNAL = Flag.single(
                    "signal", "string", Signal::parse, "Signal to send, by name or number")
            .shorthand('s')
            .standard("\"KILL\"");

    @Override
    public List<String> names() {
        return List.of("kill", "container kill");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER [CONTAINER...]";
    }

    @Override
    public String summary() {
        return "Send a signal to containers";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(SIGNAL);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.atLeast(1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        Signal signal = line.value(SIGNAL).orElse(Signal.KILL);
        try (Engine engine = Store.open(console)) {
            return EachArgument.of(line.arguments(), console, name -> {
                engine.container(engine.find(name)).kill(signal);
                console.out().println(Printable.of(name));
            });
        }
    }
}
