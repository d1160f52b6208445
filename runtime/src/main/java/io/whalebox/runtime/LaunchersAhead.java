package io.whalebox.runtime;

import io.whalebox.linux.Fd;
import io.whalebox.linux.Loggers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Keeps one launcher started ahead of the next plan, while that is wanted. The next is started when the container that
 * got the last one is likely to run: a process that starts another holds up all others for a moment.
 */
final class LaunchersAhead {
    private static final System.Logger LOG = Loggers.named("io.whalebox.runtime");
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final ScheduledExecutorService starter = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform()
            .name("launcher")
            .inheritInheritableThreadLocals(false)
            .daemon()
            .factory());
    private final Fd program;
    private boolean wanted;
    private Optional<ParkedLauncher> ready = Optional.empty();

    LaunchersAhead(Fd program) {
        this.program = program;
    }

    /** Begins or ends to keep one. */
    void keep(boolean wanted) {
        if (wanted) {
            synchronized (this) {
                this.wanted = true;
            }
            provide();
        } else {
            giveUp().ifPresent(ParkedLauncher::close);
        }
    }

    private synchronized Optional<ParkedLauncher> giveUp() {
        wanted = false;
        return remove();
    }

    private synchronized Optional<ParkedLauncher> remove() {
        Optional<ParkedLauncher> removed = ready;
        ready = Optional.empty();
        return removed;
    }

    /** The one that stands ready, if there is one; the next follows soon, if one is wanted. */
    Optional<ParkedLauncher> take() {
        Optional<ParkedLauncher> taken = remove();
        if (isLacking()) {
            var _ = starter.schedule(this::provide, PAUSE.toNanos(), TimeUnit.NANOSECONDS);
        }
        return taken;
    }

    private void provide() {
        if (!isLacking()) {
            return;
        }
        try {
            ParkedLauncher further = ParkedLauncher.start(program);
            if (!place(further)) {
                further.close();
            }
        } catch (RuntimeException e) {
            // Whoever needs one starts it himself.
            LOG.log(System.Logger.Level.DEBUG, "no launcher was started ahead", e);
        }
    }

    private synchronized boolean isLacking() {
        return wanted && ready.isEmpty();
    }

    /** False when another was faster, or nobody wants one any more. */
    private synchronized boolean place(ParkedLauncher further) {
        if (!wanted || ready.isPresent()) {
            return false;
        }
        ready = Optional.of(further);
        return true;
    }
}
