package io.whalebox.engine;

import io.whalebox.engine.event.Event;
import io.whalebox.engine.event.EventLog;
import io.whalebox.engine.volume.Volume;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Tells of what happens to containers, and with them to volumes, with the attributes that Docker's events have. */
final class ContainerEvents {
    private final EventLog log;

    ContainerEvents(EventLog log) {
        this.log = log;
    }

    /**
     * Tells of one thing.
     *
     * @param more names and values of further attributes, in turn
     */
    void tell(ContainerRecord container, String action, String... more) {
        Map<String, String> attributes = new TreeMap<>(container.labels());
        attributes.put("image", container.image());
        attributes.put("name", container.name());
        log.publish(Event.now("container", action, container.id(), attributes, more));
    }

    /** Tells that a container has started, with its volumes. */
    void started(ContainerRecord container, Iterable<MountPoint> mounts) {
        mounted(container, mounts);
        tell(container, "start");
    }

    /**
     * Tells that a container has ended.
     *
     * @param container as it was while it ran
     */
    void ended(ContainerRecord container, Iterable<MountPoint> mounts, int status, boolean outOfMemory) {
        if (outOfMemory) {
            tell(container, "oom");
        }
        String began = container.started();
        long seconds = began.isEmpty()
                ? 0
                : Math.max(
                        0, Duration.between(Instant.parse(began), Instant.now()).toSeconds());
        tell(container, "die", "exitCode", String.valueOf(status), "execDuration", String.valueOf(seconds));
        unmounted(container, mounts);
    }

    /** Tells that the volumes of a container are in use by it. */
    private void mounted(ContainerRecord container, Iterable<MountPoint> mounts) {
        for (MountPoint mount : mounts) {
            if (mount.isVolume()) {
                log.publish(Event.now(
                        "volume",
                        "mount",
                        mount.name(),
                        Map.of(),
                        "container",
                        container.id(),
                        "destination",
                        mount.destination(),
                        "driver",
                        Volume.DRIVER,
                        "propagation",
                        mount.propagation(),
                        "read/write",
                        String.valueOf(mount.readWrite())));
            }
        }
    }

    /** Tells that they no longer are. */
    private void unmounted(ContainerRecord container, Iterable<MountPoint> mounts) {
        for (MountPoint mount : mounts) {
            if (mount.isVolume()) {
                log.publish(Event.now(
                        "volume",
                        "unmount",
                        mount.name(),
                        Map.of(),
                        "container",
                        container.id(),
                        "driver",
                        Volume.DRIVER));
            }
        }
    }
}
