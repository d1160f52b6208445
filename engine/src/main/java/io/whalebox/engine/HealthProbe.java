package io.whalebox.engine;

import io.whalebox.linux.Fd;
import io.whalebox.linux.FdInputStream;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Pipe;
import io.whalebox.linux.Signal;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Attachment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** One check of a container's health: a program that is run in it. */
record HealthProbe(Engine engine, ContainerRecord container, HealthPlan plan) {
    /** So much of what it prints is kept. */
    private static final int OUTPUT_BYTES = 4096;

    /** What Docker says of a check that did not come to its own end. */
    private static final int NO_STATUS = -1;

    /**
     * Runs it.
     *
     * @param timer ends it when it takes too long
     */
    Health.Probe run(ScheduledExecutorService timer) {
        Instant start = Instant.now();
        AtomicBoolean late = new AtomicBoolean();
        try {
            Pipe pipe = Pipe.open();
            try (Fd read = pipe.read()) {
                Exec exec = start(pipe.write());
                ScheduledFuture<?> limit = timer.schedule(
                        () -> {
                            late.set(true);
                            exec.signal(Signal.KILL);
                        },
                        plan.timeout().toNanos(),
                        TimeUnit.NANOSECONDS);
                String output = output(read);
                int status = exec.await();
                limit.cancel(false);
                return late.get() ? probe(start, NO_STATUS, timeout(output)) : probe(start, status, output);
            }
        } catch (WhaleboxException | LinuxException e) {
            return probe(start, NO_STATUS, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Exec start(Fd output) {
        try (output) {
            return engine.exec(
                    container,
                    ExecSpec.of(plan.command()),
                    List.of(Attachment.of().output(output).error(output)));
        }
    }

    private static Health.Probe probe(Instant start, int status, String output) {
        return new Health.Probe(start.toString(), Instant.now().toString(), status, output);
    }

    private String timeout(String output) {
        return "Health check exceeded timeout (" + seconds(plan.timeout()) + ")"
                + (output.isEmpty() ? "" : ": " + output);
    }

    private static String seconds(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    }

    /** All that its monitor passes on until its end; what is too much is read and dropped. */
    private static String output(Fd read) throws IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        boolean cut = false;
        InputStream in = new FdInputStream(read);
        byte[] buffer = new byte[OUTPUT_BYTES];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            int room = OUTPUT_BYTES - kept.size();
            kept.write(buffer, 0, Math.min(n, room));
            cut |= n > room;
        }
        return kept.toString(StandardCharsets.UTF_8) + (cut ? "..." : "");
    }
}
