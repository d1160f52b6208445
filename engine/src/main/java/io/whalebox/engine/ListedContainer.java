package io.whalebox.engine;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A container, and what it did at the moment at which a list was made.
 *
 * @param created when it was made
 * @param health what its health checks have found; empty for one that has none, or was never started
 * @param mounts what it has mounted of its user's
 */
public record ListedContainer(
        ContainerRecord container,
        Instant created,
        ContainerStatus status,
        Optional<Health> health,
        List<MountPoint> mounts) {
    public ListedContainer {
        mounts = List.copyOf(mounts);
    }

    /** How many volumes it has. */
    public long volumes() {
        return mounts.stream().filter(mount -> !mount.name().isEmpty()).count();
    }
}
