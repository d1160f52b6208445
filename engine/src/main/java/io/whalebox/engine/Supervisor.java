package io.whalebox.engine;

import io.whalebox.linux.Loggers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Starts containers again whose restart policies want that, and has their health checked, for as long as this process
 * is the engine of its store. What is to be started again follows from what is written down of a container, so the next
 * engine goes on where this one ends.
 */
final class Supervisor implements AutoCloseable {
    private static final System.Logger LOG = Loggers.named("io.whalebox.engine");
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
    /** Whoever ran this long has recovered from what ended it before. */
    private static final Duration STEADY = Duration.ofSeconds(10);

    private final Engine engine;
    private final HealthChecks health;
    private final Map<String, Watched> watched = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor timer = DaemonThreads.timer("restart-");
    private volatile boolean open;

    /**
     * A container that has a restart policy.
     *
     * @param pause before the last start
     * @param startedNanos by a clock that nobody sets
     */
    private record Watched(Duration pause, long startedNanos) {
        Duration next() {
            Duration ran = Duration.ofNanos(System.nanoTime() - startedNanos);
            if (ran.compareTo(STEADY) >= 0 || pause.isZero()) {
                return FIRST_PAUSE;
            }
            Duration doubled = pause.multipliedBy(2);
            return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        }
    }

    Supervisor(Engine engine) {
        this.engine = engine;
        health = new HealthChecks(engine);
    }

    /**
     * Begins, and starts what should be running.
     *
     * @param running those of all that do
     * @param booted whether this is the first time since the machine was started
     */
    void open(List<ContainerRecord> all, List<ContainerRecord> running, boolean booted) {
        open = true;
        running.forEach(this::began);
        for (ContainerRecord record : all) {
            boolean always = record.spec().life().restart().mode() == RestartPolicy.Mode.ALWAYS;
            if (running.contains(record)) {
                continue;
            }
            if (record.isToRestart()) {
                startLater(record.id(), Duration.ZERO, false);
            } else if (booted && always && !record.started().isEmpty()) {
                startLater(record.id(), Duration.ZERO, true);
            }
        }
    }

    /** A container runs from now on. */
    void began(ContainerRecord record) {
        if (!open) {
            return;
        }
        health.began(record);
        if (record.spec().life().restart().mode() != RestartPolicy.Mode.NO) {
            watched.compute(
                    record.id(),
                    (_, before) -> new Watched(before == null ? Duration.ZERO : before.pause(), System.nanoTime()));
        }
    }

    /** The end of a container has been written down. */
    void ended(String id) {
        health.ended(id);
        Optional<Watched> known = Optional.ofNullable(watched.get(id));
        if (!open || known.isEmpty()) {
            return;
        }
        boolean again = engine.containerStore()
                .find(id)
                .filter(ContainerRecord::isToRestart)
                .isPresent();
        if (!again) {
            watched.remove(id);
            return;
        }
        Duration pause = known.get().next();
        watched.put(id, new Watched(pause, System.nanoTime()));
        startLater(id, pause, false);
    }

    private void startLater(String id, Duration pause, boolean evenIfStopped) {
        try {
            var _ = timer.schedule(() -> start(id, evenIfStopped), pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.log(System.Logger.Level.DEBUG, "the next engine starts container {0} again", id);
        }
    }

    private void start(String id, boolean evenIfStopped) {
        if (!open) {
            return;
        }
        try {
            var _ = new ExistingStart(engine, id).byPolicy(evenIfStopped);
        } catch (RuntimeException e) {
            watched.remove(id);
            LOG.log(System.Logger.Level.WARNING, "container " + id + " could not be started again", e);
        }
    }

    /** Ends before the next engine begins. */
    @Override
    public void close() {
        open = false;
        timer.shutdown();
        health.close();
    }
}
