package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.engine.event.Event;
import io.whalebox.image.ListedImage;
import io.whalebox.image.Pruned;
import io.whalebox.image.Removed;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** {@code whalebox image prune}. */
final class ImagePruneCommand implements Command {
    static final Flag<Boolean> ALL = Flag.toggle(
                    "all", "Remove all images that no container was made from, not only those without a name")
            .shorthand('a');
    static final Flag<Filter> FILTER = Filter.flag("Remove only what this condition holds for, such as \"until=24h\"");

    @Override
    public List<String> names() {
        return List.of("image prune");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public String summary() {
        return "Remove images that nothing uses";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(ALL, Confirmation.FORCE, FILTER);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.NONE;
    }

    @Override
    public int run(CommandLine line, Console console) {
        Predicate<ListedImage> condition = ImageFilter.ofPrune(line.values(FILTER));
        String what = line.isOn(ALL)
                ? "This will remove all images without at least one container associated to them."
                : "This will remove all dangling images.";
        if (!Confirmation.given(line, console, what)) {
            throw Strconv.invalid("image prune has been cancelled");
        }
        try (Engine engine = Store.open(console)) {
            console.out()
                    .println("Total reclaimed space: "
                            + ByteSize.decimal(prune(engine, condition, line.isOn(ALL), console), 4));
        }
        return 0;
    }

    /** Prunes, prints what went, and returns how many bytes that were. */
    static long prune(Engine engine, Predicate<ListedImage> condition, boolean all, Console console) {
        Pruned pruned = engine.images().prune(image -> (all || image.names().isEmpty()) && condition.test(image));
        if (!pruned.removed().isEmpty()) {
            new ImageEvents(engine).removed(pruned.removed(), "prune");
            console.out().println("Deleted Images:");
            for (Removed step : pruned.removed()) {
                // Docker's clean-up writes these words small, and its rmi does not.
                String text = step.toString();
                console.out().println(text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1));
            }
            console.out().println();
        }
        engine.eventLog().publish(Event.ofPrune("image", pruned.bytes()));
        return pruned.bytes();
    }
}
