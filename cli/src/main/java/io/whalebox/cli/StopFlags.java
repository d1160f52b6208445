package io.whalebox.cli;

import io.whalebox.linux.Signal;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The flags that say how containers are ended. */
final class StopFlags {
    static final Flag<Signal> KILL_SIGNAL = Flag.single(
                    "signal", "string", Signal::parse, "Signal to send, by name or number")
            .shorthand('s')
            .standard("\"KILL\"");
    static final Flag<Signal> SIGNAL = Flag.single(
                    "signal", "string", Signal::parse, "Signal to ask with, instead of the container's own")
            .shorthand('s');
    static final Flag<Integer> TIME = Flag.single(
                    "timeout", "int", Strconv::parseInt32, "Seconds to wait before force is used; -1 waits for ever")
            .shorthand('t')
            .alsoSpelled("--time");
    /** The flags of commands that ask first. */
    static final List<Flag<?>> POLITE = List.of(TIME, SIGNAL);

    private static final Duration FOR_EVER = Duration.ofDays(36_500);

    private StopFlags() {}

    /** How long a container may take to end, if the user says so. */
    static Optional<Duration> grace(CommandLine line) {
        return line.value(TIME).map(seconds -> seconds < 0 ? FOR_EVER : Duration.ofSeconds(seconds));
    }

    /** The signal that {@code kill} sends. */
    static Signal toKill(CommandLine line) {
        return line.value(KILL_SIGNAL).orElse(Signal.KILL);
    }
}
