package io.whalebox.cli;

import io.whalebox.cli.template.Value;
import io.whalebox.engine.DiskUsage;
import io.whalebox.engine.Engine;
import io.whalebox.engine.event.Event;
import io.whalebox.engine.volume.Volume;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Volumes as lists and inspections show them, and the conditions by which they are chosen. */
final class VolumeRows {
    static final SequencedMap<String, String> FIELDS = Table.named(
            "Availability",
            "AVAILABILITY",
            "Driver",
            "DRIVER",
            "Group",
            "GROUP",
            "Labels",
            "LABELS",
            "Links",
            "LINKS",
            "Mountpoint",
            "MOUNTPOINT",
            "Name",
            "VOLUME NAME",
            "Scope",
            "SCOPE",
            "Size",
            "SIZE",
            "Status",
            "STATUS");

    /** What Docker writes where there is nothing to say. */
    private static final String NONE = "N/A";

    private VolumeRows() {}

    static Map<String, String> row(Volume volume, Engine engine) {
        return row(volume, engine, NONE, NONE);
    }

    /** With what only {@code system df} counts. */
    static Map<String, String> row(DiskUsage.VolumeUsage usage, Engine engine) {
        return row(usage.volume(), engine, String.valueOf(usage.containers()), ByteSize.decimal(usage.bytes()));
    }

    private static Map<String, String> row(Volume volume, Engine engine, String links, String size) {
        Map<String, String> row = new TreeMap<>();
        row.put("Availability", NONE);
        row.put("Driver", Volume.DRIVER);
        row.put("Group", NONE);
        row.put("Labels", ImageFilter.text(volume.labels()));
        row.put("Links", links);
        row.put("Mountpoint", engine.volumes().mountpoint(volume.name()).toString());
        row.put("Name", volume.name());
        row.put("Scope", Volume.DRIVER);
        row.put("Size", size);
        row.put("Status", NONE);
        return row;
    }

    /** What {@code inspect} tells, with Docker's names in Docker's order. */
    static Value document(Volume volume, Engine engine) {
        return Value.struct("volume")
                .put(
                        "CreatedAt",
                        DateTimeFormatter.ISO_INSTANT.format(Instant.parse(volume.created())
                                .atOffset(ZoneOffset.UTC)
                                .truncatedTo(ChronoUnit.SECONDS)))
                .put("Driver", Volume.DRIVER)
                .put("Labels", volume.labels().isEmpty() ? Value.nothing() : Value.of(volume.labels()))
                .put("Mountpoint", engine.volumes().mountpoint(volume.name()).toString())
                .put("Name", volume.name())
                .put("Options", volume.options().isEmpty() ? Value.nothing() : Value.of(volume.options()))
                .put("Scope", Volume.DRIVER)
                .end();
    }

    /** What the conditions of {@code volume ls} ask; those of one name are alternatives, as in Docker. */
    static Predicate<Volume> condition(List<Filter> filters, Engine engine) {
        Filter.requireKnown(filters, Set.of("dangling", "driver", "label", "name"));
        return Filter.together(filters, Volume::labels, (filter, volume) -> matches(filter, volume, engine));
    }

    private static boolean matches(Filter filter, Volume volume, Engine engine) {
        return switch (filter.name()) {
            case "dangling" -> engine.volumes().users(volume).isEmpty() == filter.isOn();
            case "driver" -> filter.value().equals(Volume.DRIVER);
            // A part of the name is enough.
            default -> volume.name().contains(filter.value());
        };
    }

    /** What the conditions of {@code volume prune} ask; without {@code all}, volumes that a user named are kept. */
    static Predicate<Volume> pruneCondition(List<Filter> filters, boolean all) {
        Filter.requireKnown(filters, Set.of("all", "label", "label!"));
        boolean named = all;
        Predicate<Volume> condition = _ -> true;
        for (Filter filter : filters) {
            if (filter.name().equals("all")) {
                named |= filter.isOn();
            } else {
                boolean wanted = filter.name().equals("label");
                condition = condition.and(volume -> filter.matchesLabel(volume.labels()) == wanted);
            }
        }
        boolean everything = named;
        return condition.and(volume -> everything || volume.isAnonymous());
    }

    /** Removes what nobody uses, prints what went, and returns how many bytes that were. */
    static long prune(Engine engine, Predicate<Volume> condition, Console console) {
        StringBuilder removed = new StringBuilder();
        long bytes = 0;
        for (Volume volume : engine.volumes().list()) {
            if (condition.test(volume) && engine.volumes().users(volume).isEmpty()) {
                long size = engine.volumes().size(volume);
                if (remove(engine, volume)) {
                    removed.append(volume.name()).append('\n');
                    bytes += size;
                }
            }
        }
        engine.eventLog().publish(Event.ofPrune("volume", bytes));
        if (!removed.isEmpty()) {
            console.out().println("Deleted Volumes:");
            console.out().println(removed);
        }
        return bytes;
    }

    private static boolean remove(Engine engine, Volume volume) {
        try {
            engine.volumes().remove(volume);
            return true;
        } catch (WhaleboxException e) {
            // Somebody has just begun to use it.
            if (e.kind() == ErrorKind.CONFLICT) {
                return false;
            }
            throw e;
        }
    }
}
