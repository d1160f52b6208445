package io.whalebox.engine;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;

/**
 * What is written down of a container ({@code containers/ID/container.json}). Whether it runs is not: that is asked of
 * the kernel.
 *
 * @param image the reference that the user named
 * @param imageId of the image that it resolved to
 * @param layers diff ids of the layers below the container's own, the lowest first
 * @param created as {@link java.time.Instant} prints it; so are the other times, which are empty until they come
 * @param stopSignal number of the signal that asks it to end
 * @param exitStatus -1 until it has ended
 * @param cgroup path of its control group
 * @param terminal whether it has a terminal
 * @param stdin whether its input is connected
 */
@Json
public record ContainerRecord(
        String id,
        String name,
        String image,
        String imageId,
        List<String> layers,
        List<String> command,
        Map<String, String> labels,
        boolean autoRemove,
        String created,
        String started,
        String finished,
        int stopSignal,
        int exitStatus,
        boolean outOfMemory,
        String cgroup,
        boolean terminal,
        boolean stdin) {
    static final int NOT_ENDED = -1;

    public ContainerRecord {
        layers = List.copyOf(layers);
        command = List.copyOf(command);
        labels = Map.copyOf(labels);
    }

    ContainerRecord startedAt(String time) {
        return with(time, finished, exitStatus, outOfMemory);
    }

    ContainerRecord ended(String time, int status, boolean oom) {
        return with(started, time, status, oom);
    }

    ContainerRecord called(String newName) {
        return new ContainerRecord(
                id,
                newName,
                image,
                imageId,
                layers,
                command,
                labels,
                autoRemove,
                created,
                started,
                finished,
                stopSignal,
                exitStatus,
                outOfMemory,
                cgroup,
                terminal,
                stdin);
    }

    private ContainerRecord with(String startTime, String endTime, int status, boolean oom) {
        return new ContainerRecord(
                id,
                name,
                image,
                imageId,
                layers,
                command,
                labels,
                autoRemove,
                created,
                startTime,
                endTime,
                stopSignal,
                status,
                oom,
                cgroup,
                terminal,
                stdin);
    }
}
