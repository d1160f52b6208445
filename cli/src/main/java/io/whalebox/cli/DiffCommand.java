package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.storage.LayerDiff;
import java.util.Comparator;
import java.util.List;

/** {@code whalebox diff}: what a container added (A), changed (C) and deleted (D). */
final class DiffCommand implements Command {
    @Override
    public List<String> names() {
        return List.of("diff", "container diff");
    }

    @Override
    public String synopsis() {
        return "CONTAINER";
    }

    @Override
    public String summary() {
        return "Show which files a container has added, changed and deleted";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of();
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.between(1, 1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        try (Engine engine = Store.open(console)) {
            engine.files(engine.find(line.arguments().getFirst())).changes().stream()
                    .sorted(Comparator.comparing(LayerDiff.Change::path))
                    .forEach(change ->
                            console.out().println(change.kind().letter() + " " + Printable.of(change.path())));
        }
        return 0;
    }
}
