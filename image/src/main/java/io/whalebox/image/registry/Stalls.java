package io.whalebox.image.registry;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Breaks off what doesn't get any further: a read that nothing comes from for a while fails, as it would if the
 * connection had been closed. TCP alone would wait for hours.
 */
final class Stalls implements AutoCloseable {
    private final ScheduledThreadPoolExecutor timer;
    private final Duration patience;

    Stalls(Duration patience) {
        this.patience = patience;
        timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("stalls").factory());
        // There is one for each read, and nearly all are called off.
        timer.setRemoveOnCancelPolicy(true);
    }

    /** Closes an answer unless the watch is closed in time. */
    Watch watch(Answer answer) {
        return new Watch(timer.schedule(answer::close, patience.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** One read. */
    record Watch(ScheduledFuture<?> alarm) implements AutoCloseable {
        @Override
        public void close() {
            alarm.cancel(false);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
