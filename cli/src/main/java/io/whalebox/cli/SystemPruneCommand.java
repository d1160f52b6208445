package io.whalebox.cli;

import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.Engine;
import io.whalebox.image.ListedImage;
import io.whalebox.network.NetworkRecord;
import java.util.List;
import java.util.function.Predicate;

/** {@code whalebox system prune}: stopped containers, and then the networks, volumes and images that nothing uses any more. */
final class SystemPruneCommand implements Command {
    private static final Flag<Boolean> VOLUMES =
            Flag.toggle("volumes", "Remove anonymous volumes that no container has as well");

    @Override
    public List<String> names() {
        return List.of("system prune");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public String summary() {
        return "Remove stopped containers, and networks and images that nothing uses";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(ImagePruneCommand.ALL, Confirmation.FORCE, ImagePruneCommand.FILTER, VOLUMES);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.NONE;
    }

    @Override
    public int run(CommandLine line, Console console) {
        List<Filter> filters = line.values(ImagePruneCommand.FILTER);
        Predicate<ContainerRecord> containers = ContainerPruneCommand.condition(filters);
        Predicate<ListedImage> images = ImageFilter.ofPrune(filters);
        Predicate<NetworkRecord> networks = Filter.ofCleanUp(filters, NetworkRecord::labels, NetworkRecord::created);
        boolean all = line.isOn(ImagePruneCommand.ALL);
        boolean volumes = line.isOn(VOLUMES);
        if (volumes && filters.stream().anyMatch(filter -> filter.name().equals("until"))) {
            throw Strconv.invalid("ERROR: The \"until\" filter is not supported with \"--volumes\"");
        }
        String warning = "This will remove:\n  - all stopped containers\n"
                + "  - all networks not used by at least one container\n"
                + (volumes ? "  - all anonymous volumes not used by at least one container\n" : "") + "  - all "
                + (all ? "images without at least one container associated to them\n" : "dangling images\n");
        if (!Confirmation.given(line, console, warning)) {
            throw Strconv.invalid("system prune has been cancelled");
        }
        try (Engine engine = Store.open(console)) {
            long bytes = ContainerPruneCommand.prune(engine, containers, console);
            NetworkCommands.prune(engine, networks, console);
            if (volumes) {
                bytes += VolumeRows.prune(engine, VolumeRows.pruneCondition(filters, false), console);
            }
            bytes += ImagePruneCommand.prune(engine, images, all, console);
            console.out().println("Total reclaimed space: " + ByteSize.decimal(bytes, 4));
        }
        return 0;
    }
}
