package io.whalebox.engine;

import java.util.Locale;

/** What a container is doing now, in Docker's words. */
public enum ContainerStatus {
    /** Never started. */
    CREATED,
    RUNNING,
    /** All its processes are stopped where they are. */
    PAUSED,
    /** It has ended, and its restart policy is about to start it again. */
    RESTARTING,
    EXITED,
    /** What is written down of it can't be read; it can only be removed. */
    DEAD;

    /** As lists and documents have it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether Docker counts it as running, which it does until it has ended for good. */
    public boolean isActive() {
        return switch (this) {
            case RUNNING, PAUSED, RESTARTING -> true;
            case CREATED, EXITED, DEAD -> false;
        };
    }
}
