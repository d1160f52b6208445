package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.engine.volume.Volume;
import java.util.List;
import java.util.function.Predicate;

/** {@code whalebox volume prune}. */
final class VolumePruneCommand implements Command {
    private static final Flag<Boolean> ALL =
            Flag.toggle("all", "Remove unused volumes with names as well").shorthand('a');

    @Override
    public List<String> names() {
        return List.of("volume prune");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public String summary() {
        return "Remove volumes that no container has";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(ALL, Confirmation.FORCE, ImagePruneCommand.FILTER);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.NONE;
    }

    @Override
    public int run(CommandLine line, Console console) {
        Predicate<Volume> condition = VolumeRows.pruneCondition(line.values(ImagePruneCommand.FILTER), line.isOn(ALL));
        String which = line.isOn(ALL) ? "all" : "anonymous";
        if (!Confirmation.given(
                line, console, "This will remove " + which + " local volumes not used by at least one container.")) {
            throw Strconv.invalid("volume prune has been cancelled");
        }
        try (Engine engine = Store.open(console)) {
            console.out()
                    .println("Total reclaimed space: "
                            + ByteSize.decimal(VolumeRows.prune(engine, condition, console), 4));
        }
        return 0;
    }
}
