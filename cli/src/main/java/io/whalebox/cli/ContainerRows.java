package io.whalebox.cli;

import io.whalebox.cli.template.Value;
import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.ContainerStatus;
import io.whalebox.engine.Engine;
import io.whalebox.engine.Health;
import io.whalebox.engine.MountPoint;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.network.ContainerNetwork;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/** Containers as rows of a list. */
final class ContainerRows {
    static final SequencedMap<String, String> FIELDS = Table.named(
            "Command",
            "COMMAND",
            "CreatedAt",
            "CREATED AT",
            "ID",
            "CONTAINER ID",
            "Image",
            "IMAGE",
            "Labels",
            "LABELS",
            "LocalVolumes",
            "LOCAL VOLUMES",
            "Mounts",
            "MOUNTS",
            "Names",
            "NAMES",
            "Networks",
            "NETWORKS",
            "Ports",
            "PORTS",
            "RunningFor",
            "CREATED",
            "Size",
            "SIZE",
            "State",
            "STATE",
            "Status",
            "STATUS");
    static final List<String> COLUMNS = List.of("ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names");
    static final List<String> WITH_SIZE =
            List.of("ID", "Image", "Command", "RunningFor", "Status", "Ports", "Names", "Size");

    /** Docker's lists cut a command off here. */
    private static final int COMMAND_WIDTH = 20;

    private static final int MOUNT_WIDTH = 15;
    private static final int SIZE_DIGITS = 3;

    private final Engine engine;
    private final boolean truncates;
    private final boolean sizes;
    private final Instant now = Instant.now();
    private final Map<String, Optional<String>> images = new HashMap<>();

    ContainerRows(Engine engine, boolean truncates, boolean sizes) {
        this.engine = engine;
        this.truncates = truncates;
        this.sizes = sizes;
    }

    /** A container and what it does as a list is made. */
    record Listed(ContainerRecord container, ContainerStatus status, Optional<Health> health, List<MountPoint> mounts) {
        Listed {
            mounts = List.copyOf(mounts);
        }

        static Listed of(Engine engine, ContainerRecord container) {
            return new Listed(
                    container,
                    engine.status(container),
                    engine.health(container),
                    engine.container(container).mounts());
        }

        long volumes() {
            return mounts.stream().filter(mount -> !mount.name().isEmpty()).count();
        }
    }

    /** Those of a container on a network with the host's ports that lead to them. */
    private String ports(Listed listed) {
        Optional<ContainerNetwork> network =
                listed.status().isActive() ? engine.networks().find(listed.container()) : Optional.empty();
        return network.isPresent() ? PortCommand.column(network) : ContainerPorts.text(listed);
    }

    /** In the order of their names, as Docker's JSON has them. */
    Value.Struct row(Listed listed) {
        ContainerRecord container = listed.container();
        Map<String, String> labels = container.labels();
        Value.Fields row = Value.struct("container")
                .put("Command", command(container.command(), !truncates))
                .put("CreatedAt", ImageRows.goTime(Instant.parse(container.created())))
                .put("ID", shortened(container.id()))
                .put("Image", image(container))
                .put("Label", new Value.Method(name -> labels.getOrDefault(name, "")))
                .put("Labels", ImageFilter.text(labels))
                .put("LocalVolumes", String.valueOf(listed.volumes()))
                .put("Mounts", mounts(listed))
                .put("Names", container.name())
                .put("Networks", String.join(",", NetworkDocument.names(container)))
                .put("Ports", ports(listed))
                .put("RunningFor", Ago.since(Instant.parse(container.created()), now))
                .put("Size", size(container))
                .put("State", listed.status().text())
                .put("Status", status(listed, now));
        return row.end();
    }

    private String shortened(String id) {
        return truncates ? id.substring(0, Math.min(12, id.length())) : id;
    }

    /** The name that the user gave; where that means another image by now, the id of the container's. */
    private String image(ContainerRecord container) {
        Optional<String> means = images.computeIfAbsent(container.image(), this::meaning);
        String id = container.imageId();
        String digits = id.substring(id.indexOf(':') + 1);
        if (means.isPresent() && means.get().equals(id)) {
            return truncates && digits.startsWith(container.image()) ? shortened(container.image()) : container.image();
        }
        return truncates ? shortened(digits) : id;
    }

    private Optional<String> meaning(String image) {
        try {
            return Optional.of(engine.images().resolve(image).id().toString());
        } catch (WhaleboxException e) {
            return Optional.empty();
        }
    }

    private String mounts(Listed listed) {
        return listed.mounts().stream()
                .map(mount -> mount.name().isEmpty() ? mount.source() : mount.name())
                .filter(name -> !name.isEmpty())
                .map(name -> truncates && name.length() > MOUNT_WIDTH ? name.substring(0, MOUNT_WIDTH - 1) + "…" : name)
                .collect(Collectors.joining(","));
    }

    private String size(ContainerRecord container) {
        if (!sizes) {
            return "0B";
        }
        long own = engine.files(container).size();
        long all = own + engine.files(container).imageSize();
        return ByteSize.decimal(own, SIZE_DIGITS) + " (virtual " + ByteSize.decimal(all, SIZE_DIGITS) + ")";
    }

    static String command(List<String> command, boolean whole) {
        String text = String.join(" ", command);
        boolean cut = !whole && text.length() > COMMAND_WIDTH;
        return Strconv.quote(cut ? text.substring(0, COMMAND_WIDTH - 1) + "…" : text);
    }

    /** In words, as Docker's lists have it. */
    static String status(Listed listed, Instant now) {
        ContainerRecord container = listed.container();
        return switch (listed.status()) {
            case CREATED -> "Created";
            case RUNNING ->
                up(container, now)
                        + listed.health().map(ContainerRows::inBrackets).orElse("");
            case PAUSED -> up(container, now) + " (Paused)";
            case RESTARTING -> "Restarting " + ended(container, now);
            case EXITED -> "Exited " + ended(container, now);
            case DEAD -> "Dead";
        };
    }

    private static String inBrackets(Health health) {
        boolean starting = health.status() == Health.Status.STARTING;
        return " (" + (starting ? "health: " : "") + health.status().text() + ")";
    }

    private static String up(ContainerRecord container, Instant now) {
        return "Up " + Ago.words(Duration.between(Instant.parse(container.started()), now));
    }

    private static String ended(ContainerRecord container, Instant now) {
        return "(" + container.exitStatus() + ") " + Ago.since(Instant.parse(container.finished()), now);
    }
}
