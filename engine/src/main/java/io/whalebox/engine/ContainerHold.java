package io.whalebox.engine;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Taking hold of a container that exists, which nobody can while it runs. Whoever else has it then is about to start
 * it, to remove it, or to write down its end, and will be done in a moment.
 */
final class ContainerHold {
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(1).toNanos();
    private static final long LOOK_AGAIN_AT_LAST_NANOS = Duration.ofMillis(50).toNanos();

    private final Engine engine;
    private final String id;

    ContainerHold(Engine engine, String id) {
        this.engine = engine;
        this.id = id;
    }

    /** A container that this process holds, and what is written of it. */
    record Held(ContainerRecord record, Ownership.Mark mark) {}

    /**
     * Takes hold of it, once its last end is written down; empty when it runs.
     *
     * @throws WhaleboxException NOT_FOUND when it has been removed
     */
    Optional<Held> take() {
        while (true) {
            Optional<Ownership.Mark> mark = engine.ownership().tryTake(id);
            if (mark.isPresent()) {
                return Optional.of(new Held(settled(mark.get()), mark.get()));
            }
            ContainerRecord record = engine.containerStore().find(id).orElseThrow(this::gone);
            if (engine.isRunning(record)) {
                return Optional.empty();
            }
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    private ContainerRecord settled(Ownership.Mark mark) {
        try {
            ContainerRecord record = engine.containerStore().find(id).orElseThrow(this::gone);
            if (!record.state().isOpen()) {
                return record;
            }
            var _ = engine.recovery().end(record);
            return engine.containerStore().find(id).orElseThrow(this::gone);
        } catch (RuntimeException e) {
            mark.close();
            throw e;
        }
    }

    /**
     * Sees to it that the end of a run is written down, by this process or by another.
     *
     * @param started when that run began
     * @param status what is known of its end, should nothing be left to read
     */
    RunningContainer.Exit settle(String started, int status) {
        for (long pause = LOOK_AGAIN_NANOS; true; pause = Math.min(2 * pause, LOOK_AGAIN_AT_LAST_NANOS)) {
            Optional<Ownership.Mark> mark = engine.ownership().tryTake(id);
            if (mark.isPresent()) {
                try (Ownership.Mark _ = mark.get()) {
                    return engine.containerStore()
                            .find(id)
                            .map(record -> end(record, started, status))
                            .orElse(new RunningContainer.Exit(status, false));
                }
            }
            Optional<ContainerRecord> record = engine.containerStore().find(id);
            if (record.filter(it -> it.state().isOpen() && it.started().equals(started))
                    .isEmpty()) {
                // It is over, and may run again by now.
                return record.map(it -> end(it, started, status)).orElse(new RunningContainer.Exit(status, false));
            }
            LockSupport.parkNanos(pause);
        }
    }

    private RunningContainer.Exit end(ContainerRecord record, String started, int status) {
        if (!record.started().equals(started)) {
            return new RunningContainer.Exit(status, false);
        }
        return record.state().isOpen()
                ? engine.recovery().end(record)
                : new RunningContainer.Exit(record.exitStatus(), record.outOfMemory());
    }

    /** Waits until it runs or nobody has it. */
    void awaitDecision() {
        while (engine.ownership().isOwned(id)
                && engine.containerStore()
                        .find(id)
                        .filter(record -> !record.state().isOpen())
                        .isPresent()) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }

    private WhaleboxException gone() {
        return new WhaleboxException(ErrorKind.NOT_FOUND, "No such container: " + id);
    }
}
