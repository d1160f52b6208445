package io.whalebox.engine;

import io.avaje.jsonb.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What the health checks of a container's run have found ({@code containers/ID/health.json}).
 *
 * @param run when that run was started
 * @param failingStreak how many checks have failed in a row, those of the time for starting not counted
 * @param log the last checks, the oldest first
 */
@Json
public record Health(String run, Status status, int failingStreak, List<Probe> log) {
    /** How many checks are remembered. */
    private static final int LOGGED = 5;

    /** In Docker's words. */
    public enum Status {
        STARTING("starting"),
        HEALTHY("healthy"),
        UNHEALTHY("unhealthy");

        private final String text;

        Status(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /**
     * One check.
     *
     * @param exitCode 0 for a healthy container, -1 when the check did not end by itself
     */
    @Json
    public record Probe(String start, String end, int exitCode, String output) {
        public Probe {
            Objects.requireNonNull(start);
            Objects.requireNonNull(end);
            Objects.requireNonNull(output);
        }
    }

    public Health {
        Objects.requireNonNull(run);
        Objects.requireNonNull(status);
        log = List.copyOf(log);
    }

    /** Of a run that has not been checked yet. */
    static Health starting(String run) {
        return new Health(run, Status.STARTING, 0, List.of());
    }

    /**
     * After one more check.
     *
     * @param retries how many failures in a row it takes
     * @param forgiven whether the container still had time to start, so that a failure means nothing
     */
    Health after(Probe probe, int retries, boolean forgiven) {
        List<Probe> probes = new ArrayList<>(log);
        probes.add(probe);
        List<Probe> last = probes.subList(Math.max(0, probes.size() - LOGGED), probes.size());
        if (probe.exitCode() == 0) {
            return new Health(run, Status.HEALTHY, 0, last);
        }
        if (status == Status.STARTING && forgiven) {
            return new Health(run, status, failingStreak, last);
        }
        int streak = failingStreak + 1;
        return new Health(run, streak >= retries ? Status.UNHEALTHY : status, streak, last);
    }

    /** As Docker has it of a container that does not run any more. */
    Health ended() {
        return new Health(run, Status.UNHEALTHY, failingStreak, log);
    }
}
