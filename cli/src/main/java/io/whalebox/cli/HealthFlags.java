package io.whalebox.cli;

import io.whalebox.image.ContainerDefaults.Healthcheck;
import io.whalebox.linux.WhaleboxException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The options that say how a container's health is checked. */
final class HealthFlags {
    private static final Flag<String> COMMAND = Flag.text("health-cmd", "Line for the shell that checks its health");
    private static final Flag<Duration> INTERVAL = duration("health-interval", "Time between two checks");
    private static final Flag<Duration> TIMEOUT = duration("health-timeout", "Time that one check may take");
    private static final Flag<Integer> RETRIES =
            Flag.single("health-retries", "int", Strconv::parseInt32, "Failures in a row after which it is unhealthy");
    private static final Flag<Duration> START_PERIOD =
            duration("health-start-period", "Time to start, in which failures do not count");
    private static final Flag<Duration> START_INTERVAL =
            duration("health-start-interval", "Time between two checks while it starts");
    private static final Flag<Boolean> NONE =
            Flag.toggle("no-healthcheck", "Do not check its health, whatever its image says");

    static final List<Flag<?>> ALL = List.of(COMMAND, INTERVAL, TIMEOUT, RETRIES, START_PERIOD, START_INTERVAL, NONE);

    private HealthFlags() {}

    private static Flag<Duration> duration(String name, String help) {
        return Flag.single(name, "duration", Durations::parse, help + " (ms|s|m|h)");
    }

    /** What they ask for, over what the image says; empty when none is given. */
    static Optional<Healthcheck> of(CommandLine line) {
        long interval = nanos(line, INTERVAL);
        long timeout = nanos(line, TIMEOUT);
        long startPeriod = nanos(line, START_PERIOD);
        long startInterval = nanos(line, START_INTERVAL);
        int retries = line.value(RETRIES).orElse(0);
        if (retries < 0) {
            throw negative(RETRIES);
        }
        String command = line.value(COMMAND).orElse("");
        boolean given = !command.isEmpty()
                || interval != 0
                || timeout != 0
                || startPeriod != 0
                || startInterval != 0
                || retries != 0;
        if (line.isOn(NONE)) {
            if (given) {
                throw Strconv.invalid("--no-healthcheck conflicts with --health-* options");
            }
            return Optional.of(new Healthcheck(List.of("NONE"), 0, 0, 0, 0, 0));
        }
        List<String> test = command.isEmpty() ? List.of() : List.of("CMD-SHELL", command);
        return given
                ? Optional.of(new Healthcheck(test, interval, timeout, startPeriod, startInterval, retries))
                : Optional.empty();
    }

    private static long nanos(CommandLine line, Flag<Duration> flag) {
        Duration time = line.value(flag).orElse(Duration.ZERO);
        if (time.isNegative()) {
            throw negative(flag);
        }
        return time.toNanos();
    }

    private static WhaleboxException negative(Flag<?> flag) {
        return Strconv.invalid("--" + flag.name() + " cannot be negative");
    }
}
