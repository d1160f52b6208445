package io.whalebox.engine;

import io.avaje.jsonb.Json;
import java.util.Objects;

/**
 * What has become of a container so far ({@code containers/ID/state.json}, which is not there until it is first
 * started). Whether it runs is not written down: that is asked of the kernel.
 *
 * @param started when it was last started, as {@link java.time.Instant} prints it; empty before that
 * @param finished when it last ended; empty before that, and while it runs for the first time
 * @param exitStatus of that end, {@link #NOT_ENDED} while it runs; of one that could not be started, what says so
 * @param outOfMemory whether the kernel killed a process of it because memory ran out
 * @param restarts how often it has been started again on its own since a user started it
 * @param error why it could not be started the last time; empty if it could
 */
@Json
public record ContainerState(
        String started, String finished, int exitStatus, boolean outOfMemory, int restarts, String error) {
    /** A field that a damaged file lacks arrives as null, and goes no further. */
    public ContainerState {
        Objects.requireNonNull(started);
        Objects.requireNonNull(finished);
        Objects.requireNonNull(error);
    }

    static final int NOT_ENDED = -1;

    /** Never started. */
    static final ContainerState CREATED = new ContainerState("", "", 0, false, 0, "");

    ContainerState startedAt(String time, int newRestarts) {
        return new ContainerState(time, finished, NOT_ENDED, false, newRestarts, "");
    }

    ContainerState endedAt(String time, int status, boolean oom) {
        return new ContainerState(started, time, status, oom, restarts, error);
    }

    ContainerState notStarted(int status, String why) {
        return new ContainerState(started, finished, status, false, restarts, why);
    }

    /** Whether it was started and nobody has written down how that ended. */
    boolean isOpen() {
        return exitStatus == NOT_ENDED;
    }
}
