package io.whalebox.cli;

import io.whalebox.cli.template.Value;
import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.DiskUsage;
import io.whalebox.engine.Engine;
import io.whalebox.image.ListedImage;
import io.whalebox.image.Reference;
import java.time.Instant;
import java.util.List;
import java.util.SequencedMap;

/** {@code whalebox system df}. */
final class DiskUsageCommand implements Command {
    private static final Flag<Boolean> VERBOSE = Flag.toggle(
                    "verbose", "Show each image, container and volume by itself")
            .shorthand('v');
    private static final SequencedMap<String, String> FIELDS = Table.named(
            "Active", "ACTIVE", "Reclaimable", "RECLAIMABLE", "Size", "SIZE", "TotalCount", "TOTAL", "Type", "TYPE");
    private static final List<String> COLUMNS = List.of("Type", "TotalCount", "Active", "Size", "Reclaimable");
    private static final List<String> IMAGE_COLUMNS =
            List.of("Repository", "Tag", "ID", "CreatedSince", "Size", "SharedSize", "UniqueSize", "Containers");
    private static final SequencedMap<String, String> CONTAINER_FIELDS = Table.named(
            "Command",
            "COMMAND",
            "ID",
            "CONTAINER ID",
            "Image",
            "IMAGE",
            "Names",
            "NAMES",
            "RunningFor",
            "CREATED",
            "Size",
            "SIZE",
            "State",
            "STATE");
    private static final List<String> CONTAINER_COLUMNS =
            List.of("ID", "Image", "Command", "Size", "RunningFor", "State", "Names");

    private static final List<String> VOLUME_COLUMNS = List.of("Name", "Links", "Size");

    /** Docker prints these sums with one digit more than its lists. */
    private static final int DIGITS = 4;

    @Override
    public List<String> names() {
        return List.of("system df");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public String summary() {
        return "Show what images, containers and volumes take of the disk";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(VERBOSE, ListFlags.FORMAT);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.NONE;
    }

    @Override
    public int run(CommandLine line, Console console) {
        String format = line.value(ListFlags.FORMAT).orElse("");
        boolean verbose = line.isOn(VERBOSE);
        if (verbose && !format.isEmpty() && !format.equals("table")) {
            throw Strconv.invalid("the formats are of the sums: leave out --verbose, or --format");
        }
        try (Engine engine = Store.open(console)) {
            DiskUsage usage = DiskUsage.of(engine);
            console.out()
                    .print(
                            verbose
                                    ? each(usage, engine)
                                    : Table.of(FIELDS, COLUMNS, sums(usage)).print(format));
        }
        return 0;
    }

    private static Value.Struct volumes(DiskUsage usage) {
        List<DiskUsage.VolumeUsage> used = usage.volumes().stream()
                .filter(volume -> volume.containers() > 0)
                .toList();
        long bytes = bytes(usage.volumes());
        return sum("Local Volumes", usage.volumes().size(), used.size(), bytes, bytes - bytes(used));
    }

    private static long bytes(List<DiskUsage.VolumeUsage> volumes) {
        return volumes.stream().mapToLong(DiskUsage.VolumeUsage::bytes).sum();
    }

    private static List<Value.Struct> sums(DiskUsage usage) {
        long containerBytes = usage.containers().stream()
                .mapToLong(DiskUsage.ContainerUsage::bytes)
                .sum();
        long runningBytes = usage.containers().stream()
                .filter(DiskUsage.ContainerUsage::running)
                .mapToLong(DiskUsage.ContainerUsage::bytes)
                .sum();
        return List.of(
                sum(
                        "Images",
                        usage.images().size(),
                        usage.images().stream()
                                .filter(image -> image.containers() > 0)
                                .count(),
                        usage.layerBytes(),
                        usage.unusedLayerBytes()),
                sum(
                        "Containers",
                        usage.containers().size(),
                        usage.containers().stream()
                                .filter(DiskUsage.ContainerUsage::running)
                                .count(),
                        containerBytes,
                        containerBytes - runningBytes),
                volumes(usage));
    }

    private static Value.Struct sum(String type, long count, long active, long bytes, long reclaimable) {
        String share = bytes > 0 ? " (" + reclaimable * 100 / bytes + "%)" : "";
        return Value.struct("usage")
                .put("Active", String.valueOf(active))
                .put("Reclaimable", ByteSize.decimal(reclaimable, DIGITS) + share)
                .put("Size", ByteSize.decimal(bytes, DIGITS))
                .put("TotalCount", String.valueOf(count))
                .put("Type", type)
                .end();
    }

    private static String each(DiskUsage usage, Engine engine) {
        Instant now = Instant.now();
        List<Value.Struct> images =
                usage.images().stream().map(image -> row(image, now)).toList();
        List<Value.Struct> containers = usage.containers().stream()
                .map(container -> row(container, now))
                .toList();
        return "Images space usage:\n\n"
                + Table.of(ImageRows.FIELDS, IMAGE_COLUMNS, images).print("")
                + "\nContainers space usage:\n\n"
                + Table.of(CONTAINER_FIELDS, CONTAINER_COLUMNS, containers).print("")
                + "\nLocal Volumes space usage:\n\n"
                + new Table(
                                VolumeRows.FIELDS,
                                VOLUME_COLUMNS,
                                usage.volumes().stream()
                                        .map(volume -> VolumeRows.row(volume, engine))
                                        .toList())
                        .print("");
    }

    private static Value.Struct row(DiskUsage.ImageUsage usage, Instant now) {
        ListedImage image = usage.image();
        ImageRows.Usage text = new ImageRows.Usage(
                String.valueOf(usage.containers()),
                ByteSize.decimal(usage.sharedBytes(), DIGITS),
                ByteSize.decimal(image.size() - usage.sharedBytes(), DIGITS));
        // As with Docker, under one name only: it takes the space once.
        return image.names().stream()
                .filter(name -> name.tag().isPresent())
                .sorted()
                .findFirst()
                .map(DiskUsageCommand::named)
                .orElse(new ImageRows.Row("<none>", "<none>", "<none>"))
                .fields(image, true, now, text);
    }

    private static ImageRows.Row named(Reference name) {
        return new ImageRows.Row(name.familiarRepository(), name.tag().orElse("<none>"), "<none>");
    }

    private static Value.Struct row(DiskUsage.ContainerUsage usage, Instant now) {
        ContainerRecord container = usage.container();
        return Value.struct("container")
                .put("Command", ContainerRows.command(container.command(), false))
                .put("ID", container.id().substring(0, 12))
                .put("Image", container.image())
                .put("Names", container.name())
                .put("RunningFor", Ago.since(Instant.parse(container.created()), now))
                .put("Size", ByteSize.decimal(usage.bytes()))
                .put("State", usage.running() ? "running" : container.finished().isEmpty() ? "created" : "exited")
                .end();
    }
}
