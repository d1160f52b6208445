package io.whalebox.cli;

import io.whalebox.cli.template.Value;
import io.whalebox.engine.ContainerFiles;
import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.ContainerStatus;
import io.whalebox.engine.Engine;
import io.whalebox.engine.Health;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What {@code inspect} tells of a container, with Docker's names in Docker's order. */
final class ContainerDocument {
    /** What Go writes for a time that has not come. */
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private final Engine engine;
    private final ContainerRecord container;
    private final ContainerStatus status;
    private final ContainerFiles files;

    private ContainerDocument(Engine engine, ContainerRecord container) {
        this.engine = engine;
        this.container = container;
        status = engine.status(container);
        files = engine.files(container);
    }

    /**
     * Everything about it.
     *
     * @param sizes whether its files are counted, which takes time
     */
    static Value of(Engine engine, ContainerRecord container, boolean sizes) {
        return new ContainerDocument(engine, container).document(sizes);
    }

    private Value document(boolean sizes) {
        List<String> command = container.command();
        List<String> execs = engine.execs(container);
        Value.Fields fields = Value.struct("container")
                .put("Id", container.id())
                .put("Created", container.created())
                .put("Path", command.isEmpty() ? "" : command.getFirst())
                .put("Args", Value.of(command.isEmpty() ? command : command.subList(1, command.size())))
                .put("State", state())
                .put("Image", container.imageId())
                .put("ResolvConfPath", file("resolv.conf"))
                .put("HostnamePath", file("hostname"))
                .put("HostsPath", file("hosts"))
                .put("LogPath", container.spec().life().logging().isRecorded() ? file("log") : "")
                .put("Name", "/" + container.name())
                .put("RestartCount", container.state().restarts())
                .put("Driver", "overlay")
                .put("Platform", "linux")
                .put("MountLabel", "")
                .put("ProcessLabel", "")
                .put("AppArmorProfile", "")
                .put("ExecIDs", execs.isEmpty() ? Value.nothing() : Value.of(execs))
                .put(
                        "HostConfig",
                        HostConfigDocument.of(container, engine.networks().links(container)))
                .put("GraphDriver", driver());
        long own = sizes ? files.size() : 0;
        return fields.putUnlessEmpty("SizeRw", sizes ? Value.of(own) : Value.nothing())
                .putUnlessEmpty("SizeRootFs", sizes ? Value.of(own + files.imageSize()) : Value.nothing())
                .put("Mounts", MountDocuments.of(engine.container(container).mounts()))
                .put("Config", ConfigDocument.of(container))
                .put(
                        "NetworkSettings",
                        NetworkDocument.of(container, engine.networks().find(container)))
                .end();
    }

    private String file(String name) {
        return files.directory().resolve(name).toString();
    }

    private Value state() {
        return Value.struct("state")
                .put("Status", status.text())
                .put("Running", status.isActive())
                .put("Paused", status == ContainerStatus.PAUSED)
                .put("Restarting", status == ContainerStatus.RESTARTING)
                .put("OOMKilled", container.outOfMemory())
                .put("Dead", status == ContainerStatus.DEAD)
                .put("Pid", engine.container(container).pid().orElse(0))
                .put("ExitCode", Math.max(0, container.exitStatus()))
                .put("Error", container.state().error())
                .put("StartedAt", time(container.started()))
                .put("FinishedAt", time(container.finished()))
                .putUnlessEmpty(
                        "Health", Value.orNothing(engine.health(container).map(ContainerDocument::health)))
                .end();
    }

    private static String time(String text) {
        return text.isEmpty() ? NEVER : text;
    }

    private static Value health(Health health) {
        List<Value> log = health.log().stream()
                .<Value>map(probe -> Value.struct("probe")
                        .put("Start", probe.start())
                        .put("End", probe.end())
                        .put("ExitCode", probe.exitCode())
                        .put("Output", probe.output())
                        .end())
                .toList();
        return Value.struct("health")
                .put("Status", health.status().text())
                .put("FailingStreak", health.failingStreak())
                .put("Log", new Value.Items(log))
                .end();
    }

    private Value driver() {
        Map<String, String> data = new TreeMap<>();
        data.put("ID", container.id());
        data.put(
                "LowerDir",
                String.join(
                        ":",
                        files.lowerDirectories().stream().map(Path::toString).toList()));
        data.put("UpperDir", file("upper"));
        data.put("WorkDir", file("work"));
        return Value.struct("driver")
                .put("Data", Value.of(data))
                .put("Name", "overlay")
                .end();
    }
}
