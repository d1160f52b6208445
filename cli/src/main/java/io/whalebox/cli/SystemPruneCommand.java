package io.whalebox.cli;

import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.Engine;
import io.whalebox.image.ListedImage;
import java.util.List;
import java.util.function.Predicate;

/** {@code whalebox system prune}: stopped containers, and then the images that nothing uses any more. */
final class SystemPruneCommand implements Command {
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
        return "Remove stopped containers and images that nothing uses";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(ImagePruneCommand.ALL, Confirmation.FORCE, ImagePruneCommand.FILTER);
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
        boolean all = line.isOn(ImagePruneCommand.ALL);
        String warning = "This will remove:\n  - all stopped containers\n  - all "
                + (all ? "images without at least one container associated to them\n" : "dangling images\n");
        if (!Confirmation.given(line, console, warning)) {
            throw Strconv.invalid("system prune has been cancelled");
        }
        try (Engine engine = Store.open(console)) {
            long bytes = ContainerPruneCommand.prune(engine, containers, console);
            bytes += ImagePruneCommand.prune(engine, images, all, console);
            console.out().println("Total reclaimed space: " + ByteSize.decimal(bytes, 4));
        }
        return 0;
    }
}
