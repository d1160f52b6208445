package io.whalebox.engine;

import io.whalebox.linux.Loggers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Checks the health of running containers, for as long as this process is the engine of its store. What was found is
 * written down, so the next engine goes on from there.
 */
final class HealthChecks implements AutoCloseable {
    private static final System.Logger LOG = Loggers.named("io.whalebox.engine");

    private final Engine engine;
    private final Map<String, Check> checks = new ConcurrentHashMap<>();
    private final ScheduledThreadPoolExecutor timer = DaemonThreads.timer("health-timer-");
    /** A check blocks its thread in the kernel. */
    private final ExecutorService probes = DaemonThreads.pool("health-");

    /**
     * The checks of one run.
     *
     * @param startedNanos by a clock that nobody sets
     */
    private record Check(ContainerRecord container, HealthPlan plan, long startedNanos) {
        Duration sinceStart() {
            return Duration.ofNanos(System.nanoTime() - startedNanos);
        }
    }

    HealthChecks(Engine engine) {
        this.engine = engine;
        timer.setRemoveOnCancelPolicy(true);
    }

    /** A container runs, perhaps for some time already. */
    void began(ContainerRecord container) {
        HealthPlan.of(container.spec(), container.config().defaults()).ifPresent(plan -> {
            Duration ran = Duration.between(Instant.parse(container.started()), Instant.now());
            long age = ran.isNegative() ? 0 : ran.toNanos();
            Check check = new Check(container, plan, System.nanoTime() - age);
            checks.put(container.id(), check);
            later(check, known(engine, container));
        });
    }

    private static Health known(Engine engine, ContainerRecord container) {
        return engine.containerStore()
                .health(container.id())
                .filter(health -> health.run().equals(container.started()))
                .orElse(Health.starting(container.started()));
    }

    void ended(String id) {
        checks.remove(id);
    }

    private void later(Check check, Health health) {
        Duration pause = check.plan().pause(health.status(), check.sinceStart());
        try {
            var _ = timer.schedule(
                    () -> probes.execute(() -> probe(check, health)), pause.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "the next engine checks container {0}",
                    check.container().id());
        }
    }

    private boolean isOver(Check check) {
        return !check.equals(checks.get(check.container().id()));
    }

    private void probe(Check check, Health health) {
        if (isOver(check)) {
            return;
        }
        try {
            ContainerRecord container = check.container();
            if (engine.isPaused(container)) {
                later(check, health);
                return;
            }
            boolean forgiven = check.plan().forgives(check.sinceStart());
            Health.Probe result = new HealthProbe(engine, container, check.plan()).run(timer);
            if (isOver(check) || !engine.container(container).isRunning()) {
                return;
            }
            Health next = health.after(result, check.plan().retries(), forgiven);
            engine.containerStore().save(container.id(), next);
            if (next.status() != health.status()) {
                engine.events()
                        .tell(container, "health_status: " + next.status().text());
            }
            later(check, next);
        } catch (RuntimeException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the health of container " + check.container().id() + " could not be checked",
                    e);
            later(check, health);
        }
    }

    /** What is known of a container that has health checks and was started. */
    static Optional<Health> of(Engine engine, ContainerRecord container, boolean running) {
        if (container.started().isEmpty()
                || HealthPlan.of(container.spec(), container.config().defaults())
                        .isEmpty()) {
            return Optional.empty();
        }
        Health health = known(engine, container);
        return Optional.of(running ? health : health.ended());
    }

    /** Ends before the next engine begins. */
    @Override
    public void close() {
        checks.clear();
        timer.shutdown();
        probes.shutdown();
    }
}
