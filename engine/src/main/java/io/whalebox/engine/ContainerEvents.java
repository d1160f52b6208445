package io.whalebox.engine;

import io.whalebox.engine.event.Event;
import io.whalebox.engine.event.EventLog;
import io.whalebox.engine.volume.Volume;
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

    /** Tells that the volumes of a container are in use by it. */
    void mounted(ContainerRecord container, Iterable<MountPoint> mounts) {
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
    void unmounted(ContainerRecord container, Iterable<MountPoint> mounts) {
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
