package io.whalebox.cli;

import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.Engine;
import io.whalebox.engine.event.Event;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** {@code whalebox container prune}. */
final class ContainerPruneCommand implements Command {
    static final String WARNING = "This will remove all stopped containers.";

    @Override
    public List<String> names() {
        return List.of("container prune");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public String summary() {
        return "Remove containers that do not run";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(Confirmation.FORCE, ImagePruneCommand.FILTER);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.NONE;
    }

    @Override
    public int run(CommandLine line, Console console) {
        Predicate<ContainerRecord> condition = condition(line.values(ImagePruneCommand.FILTER));
        if (!Confirmation.given(line, console, WARNING)) {
            throw Strconv.invalid("container prune has been cancelled");
        }
        try (Engine engine = Store.open(console)) {
            console.out().println("Total reclaimed space: " + ByteSize.decimal(prune(engine, condition, console), 4));
        }
        return 0;
    }

    /** What conditions of {@code --filter} ask of a container. */
    static Predicate<ContainerRecord> condition(List<Filter> filters) {
        return Filter.ofCleanUp(filters, ContainerRecord::labels, ContainerRecord::created);
    }

    /** Prunes, prints what went, and returns how many bytes that were. */
    static long prune(Engine engine, Predicate<ContainerRecord> condition, Console console) {
        List<String> removed = new ArrayList<>();
        long bytes = 0;
        for (ContainerRecord container : engine.containers()) {
            if (condition.test(container) && !engine.isRunning(container)) {
                long size = engine.files(container).size();
                if (remove(engine, container)) {
                    removed.add(container.id());
                    bytes += size;
                }
            }
        }
        engine.eventLog().publish(Event.ofPrune("container", bytes));
        if (!removed.isEmpty()) {
            console.out().println("Deleted Containers:");
            removed.forEach(console.out()::println);
            console.out().println();
        }
        return bytes;
    }

    private static boolean remove(Engine engine, ContainerRecord container) {
        try {
            engine.remove(container, false);
            return true;
        } catch (WhaleboxException e) {
            if (e.kind() == ErrorKind.CONFLICT) {
                // Somebody has just started it.
                return false;
            }
            throw e;
        }
    }
}
