package io.whalebox.image.registry;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/** How often something that failed is tried again, and how long is waited before. Tests hardly wait. */
@FunctionalInterface
interface Pauses {
    /** As many as Docker makes. */
    int ATTEMPTS = 5;

    void pause(Duration time);

    /** How long nothing may come of what is being read before that counts as broken. */
    default Duration stall() {
        return Duration.ofMinutes(1);
    }

    /** Waits for real. */
    Pauses REAL = time -> {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WhaleboxException(ErrorKind.UNAVAILABLE, "waiting for a registry was interrupted", e);
        }
    };

    /**
     * Waits before an attempt, twice as long each time and at random, so that many who failed together don't come back
     * together.
     *
     * @param attempt the number of those that failed
     */
    default void beforeRetry(int attempt) {
        long most = 1000L << Math.min(attempt - 1, 5);
        pause(Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1)));
    }

    /** The same, where the server may have said how long. */
    default void beforeRetry(int attempt, HttpHeaders headers) {
        Optional<Duration> asked = headers.firstValue("Retry-After").flatMap(Pauses::retryAfter);
        if (asked.isPresent()) {
            pause(asked.get());
        } else {
            beforeRetry(attempt);
        }
    }

    /** A number of seconds or a date (RFC 9110, section 10.2.3); nobody waits for hours. */
    private static Optional<Duration> retryAfter(String text) {
        Duration longest = Duration.ofMinutes(1);
        try {
            Duration asked = text.strip().matches("[0-9]{1,9}")
                    ? Duration.ofSeconds(Long.parseLong(text.strip()))
                    : Duration.between(
                            Instant.now(),
                            ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant());
            Duration positive = asked.isNegative() ? Duration.ZERO : asked;
            return Optional.of(positive.compareTo(longest) > 0 ? longest : positive);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
