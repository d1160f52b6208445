package io.whalebox.cli;

import io.whalebox.engine.Container;
import io.whalebox.engine.Engine;
import io.whalebox.linux.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** {@code whalebox stop}. */
final class StopCommand implements Command {
    static final Flag<Integer> TIME = Flag.single(
                    "timeout", "int", Strconv::parseInt32, "Seconds to wait before force is used; -1 waits for ever")
            .shorthand('t')
            .alsoSpelled("--time");
    static final Flag<Signal> SIGNAL = Flag.single(
                    "signal", "string", Signal::parse, "Signal to ask with, instead of the container's own")
            .shorthand('s');
    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    @Override
    public List<String> names() {
        return List.of("stop", "container stop");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER [CONTAINER...]";
    }

    @Override
    public String summary() {
        return "Ask containers to end, and end those by force that do not";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(TIME, SIGNAL);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.atLeast(1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        Optional<Duration> grace = grace(line);
        Optional<Signal> signal = line.value(SIGNAL);
        try (Engine engine = Store.open(console)) {
            return EachArgument.of(line.arguments(), console, name -> {
                Container container = engine.container(engine.find(name));
                container.stop(signal, grace);
                console.out().println(Printable.of(name));
            });
        }
    }

    /** How long a container may take to end, if the user says so. */
    static Optional<Duration> grace(CommandLine line) {
        return line.value(TIME).map(seconds -> seconds < 0 ? FOR_EVER : Duration.ofSeconds(seconds));
    }
}
