package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what no event tells of. */
final class Eventually {
    /** So long that a slow machine is no failure. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final Duration PAUSE = Duration.ofMillis(50);

    private Eventually() {}

    /** Looks until it is so. */
    static void await(BooleanSupplier met) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!met.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited in vain").isLessThan(deadline);
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }
}
