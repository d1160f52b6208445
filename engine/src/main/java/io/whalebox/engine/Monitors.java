package io.whalebox.engine;

import io.whalebox.linux.Errno;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.MonitorConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** The way to the monitors of containers. */
final class Monitors {
    /** How long a container may be without a monitor that is being started; one of another process has none at all. */
    private static final Duration STARTING = Duration.ofSeconds(5);

    private static final Duration PAUSE = Duration.ofMillis(10);

    private Monitors() {}

    /**
     * A connection to a container's monitor; nothing when it does not run. One that is just being started has a monitor
     * in a moment, and none, or the last run's socket, until then.
     *
     * @param foreign what is wrong with one that runs and has no monitor
     */
    static Optional<MonitorConnection> reach(Engine engine, String id, Supplier<WhaleboxException> foreign) {
        Path socket = engine.home().monitor(id);
        long end = System.nanoTime() + STARTING.toNanos();
        while (true) {
            try {
                return Optional.of(MonitorConnection.connect(socket));
            } catch (LinuxException e) {
                if (!e.is(Errno.ECONNREFUSED) && !e.is(Errno.ENOENT)) {
                    throw e;
                }
                if (engine.containerStore().find(id).filter(engine::isRunning).isEmpty()) {
                    return Optional.empty();
                }
                if (System.nanoTime() > end) {
                    throw foreign.get();
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }
}
