package io.whalebox.engine;

import io.whalebox.image.ContainerDefaults;
import io.whalebox.image.ContainerDefaults.Healthcheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a container's health is checked: what the user says over what its image says over Docker's defaults.
 *
 * @param command to run in it
 * @param startPeriod in which failures do not count, and checks come every {@code startInterval} until one succeeds
 */
record HealthPlan(
        List<String> command,
        Duration interval,
        Duration timeout,
        Duration startPeriod,
        Duration startInterval,
        int retries) {
    private static final Duration STANDARD = Duration.ofSeconds(30);
    private static final Duration STANDARD_START = Duration.ofSeconds(5);
    private static final int STANDARD_RETRIES = 3;
    private static final List<String> SHELL = List.of("/bin/sh", "-c");

    HealthPlan {
        command = List.copyOf(command);
    }

    /** What was asked, as documents show it: the image's where the user leaves something open. */
    static Optional<Healthcheck> merged(Optional<Healthcheck> user, Optional<Healthcheck> image) {
        if (user.isEmpty()) {
            return image;
        }
        Healthcheck wanted = user.get();
        Healthcheck other = image.orElse(new Healthcheck(List.of(), 0, 0, 0, 0, 0));
        return Optional.of(new Healthcheck(
                wanted.test().isEmpty() ? other.test() : wanted.test(),
                wanted.intervalNanos() == 0 ? other.intervalNanos() : wanted.intervalNanos(),
                wanted.timeoutNanos() == 0 ? other.timeoutNanos() : wanted.timeoutNanos(),
                wanted.startPeriodNanos() == 0 ? other.startPeriodNanos() : wanted.startPeriodNanos(),
                wanted.startIntervalNanos() == 0 ? other.startIntervalNanos() : wanted.startIntervalNanos(),
                wanted.retries() == 0 ? other.retries() : wanted.retries()));
    }

    /** Empty for a container whose health is not checked. */
    static Optional<HealthPlan> of(ContainerSpec spec, ContainerDefaults defaults) {
        return merged(spec.life().health(), defaults.healthcheck())
                .flatMap(check -> command(check, defaults)
                        .map(command -> new HealthPlan(
                                command,
                                or(check.intervalNanos(), STANDARD),
                                or(check.timeoutNanos(), STANDARD),
                                Duration.ofNanos(check.startPeriodNanos()),
                                or(check.startIntervalNanos(), STANDARD_START),
                                check.retries() == 0 ? STANDARD_RETRIES : check.retries())));
    }

    private static Optional<List<String>> command(Healthcheck check, ContainerDefaults defaults) {
        List<String> test = check.test();
        if (test.size() < 2) {
            return Optional.empty();
        }
        return switch (test.getFirst()) {
            case "CMD" -> Optional.of(test.subList(1, test.size()));
            case "CMD-SHELL" -> {
                List<String> command = new ArrayList<>(defaults.shell().isEmpty() ? SHELL : defaults.shell());
                command.add(test.get(1));
                yield Optional.of(command);
            }
            default -> Optional.empty();
        };
    }

    private static Duration or(long nanos, Duration standard) {
        return nanos == 0 ? standard : Duration.ofNanos(nanos);
    }

    /** How long to wait for the next check. */
    Duration pause(Health.Status status, Duration sinceStart) {
        return status == Health.Status.STARTING && sinceStart.compareTo(startPeriod) < 0 ? startInterval : interval;
    }

    boolean forgives(Duration sinceStart) {
        return sinceStart.compareTo(startPeriod) < 0;
    }
}
