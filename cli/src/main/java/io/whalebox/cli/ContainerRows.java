package io.whalebox.cli;

import io.whalebox.cli.template.Value;
import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.Engine;
import io.whalebox.engine.Health;
import io.whalebox.engine.ListedContainer;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.network.ContainerNetwork;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;
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

    /** What templates may ask for, by its name, beside the columns. */
    private static final String LABEL = "Label";

    /** Docker's lists cut a command off here. */
    private static final int COMMAND_WIDTH = 20;

    private static final int MOUNT_WIDTH = 15;
    private static final int SIZE_DIGITS = 3;

    private final Engine engine;
    private final boolean truncates;
    private final boolean sizes;
    private final List<String> fields;
    private final Instant now = Instant.now();
    private final Map<String, Optional<String>> images = new HashMap<>();

    /**
     * @param fields that are wanted, for some take their time
     */
    ContainerRows(Engine engine, boolean truncates, boolean sizes, Collection<String> fields) {
        this.engine = engine;
        this.truncates = truncates;
        this.sizes = sizes;
        this.fields = List.copyOf(fields);
    }

    /** All fields in the order of their names, as Docker's JSON has them. */
    static SortedSet<String> allFields() {
        SortedSet<String> all = new TreeSet<>(FIELDS.keySet());
        all.add(LABEL);
        return all;
    }

    /** Those of a container on a network with the host's ports that lead to them. */
    private String ports(ListedContainer listed) {
        Optional<ContainerNetwork> network =
                listed.status().isActive() ? engine.networks().find(listed.container()) : Optional.empty();
        return network.isPresent() ? PortCommand.column(network) : ContainerPorts.text(listed);
    }

    Value.Struct row(ListedContainer listed) {
        Value.Fields row = Value.struct("container");
        fields.forEach(field -> row.put(field, field(field, listed)));
        return row.end();
    }

    private Value field(String name, ListedContainer listed) {
        ContainerRecord container = listed.container();
        if (name.equals(LABEL)) {
            Map<String, String> labels = container.labels();
            return new Value.Method(key -> labels.getOrDefault(key, ""));
        }
        return Value.of(
                switch (name) {
                    case "Command" -> command(container.command(), !truncates);
                    case "CreatedAt" -> ImageRows.goTime(listed.created());
                    case "ID" -> shortened(container.id());
                    case "Image" -> image(container);
                    case "Labels" -> ImageFilter.text(container.labels());
                    case "LocalVolumes" -> String.valueOf(listed.volumes());
                    case "Mounts" -> mounts(listed);
                    case "Names" -> container.name();
                    case "Networks" -> String.join(",", NetworkDocument.names(container));
                    case "Ports" -> ports(listed);
                    case "RunningFor" -> Ago.since(listed.created(), now);
                    case "Size" -> size(container);
                    case "State" -> listed.status().text();
                    case "Status" -> status(listed, now);
                    default -> throw new IllegalArgumentException(name);
                });
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

    private String mounts(ListedContainer listed) {
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
    static String status(ListedContainer listed, Instant now) {
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
