package io.whalebox.cli;

import io.whalebox.cli.template.Value;
import io.whalebox.engine.ContainerRecord;
import java.util.List;

/** What {@code inspect} tells of a container, with Docker's names in Docker's order. */
final class ContainerDocument {
    /** What Go writes for a time that has not come. */
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private ContainerDocument() {}

    static Value of(ContainerRecord container, boolean running) {
        List<String> command = container.command();
        boolean ended = !container.finished().isEmpty();
        return Value.struct("container")
                .put("Id", container.id())
                .put("Created", container.created())
                .put("Path", command.isEmpty() ? "" : command.getFirst())
                .put("Args", Value.of(command.isEmpty() ? command : command.subList(1, command.size())))
                .put(
                        "State",
                        Value.struct("state")
                                .put("Status", running ? "running" : ended ? "exited" : "created")
                                .put("Running", running)
                                .put("OOMKilled", container.outOfMemory())
                                .put("ExitCode", Math.max(0, container.exitStatus()))
                                .put("StartedAt", container.started().isEmpty() ? NEVER : container.started())
                                .put("FinishedAt", ended ? container.finished() : NEVER)
                                .end())
                .put("Image", container.imageId())
                .put("Name", "/" + container.name())
                .put("Driver", "overlay")
                .put("Platform", "linux")
                .put(
                        "HostConfig",
                        Value.struct("hostconfig")
                                .put("AutoRemove", container.autoRemove())
                                .put("CgroupPath", container.cgroup())
                                .end())
                .put(
                        "Config",
                        Value.struct("config")
                                .put("Image", container.image())
                                .put("Labels", Value.of(container.labels()))
                                .end())
                .end();
    }
}
