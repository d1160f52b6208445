package io.whalebox.cli;

import io.whalebox.cli.template.Value;
import io.whalebox.engine.Engine;
import io.whalebox.engine.ListedContainer;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** {@code whalebox ps}. */
final class PsCommand implements Command {
    private static final Flag<Boolean> ALL =
            Flag.toggle("all", "Show all containers, not only those that run").shorthand('a');
    private static final Flag<Integer> LAST = Flag.single(
                    "last", "int", Strconv::parseInt32, "Show the last so many that were created, in whatever state")
            .shorthand('n')
            .standard("-1");
    private static final Flag<Boolean> LATEST = Flag.toggle(
                    "latest", "Show the one that was created last, in whatever state")
            .shorthand('l');
    private static final Flag<Boolean> SIZE =
            Flag.toggle("size", "Show how large their files are").shorthand('s');

    @Override
    public List<String> names() {
        return List.of("ps", "container ls", "container list", "container ps");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public String summary() {
        return "List containers";
    }

    @Override
    public List<Flag<?>> flags() {
        return Stream.concat(ListFlags.ALL.stream(), Stream.of(ALL, Filter.FLAG, LAST, LATEST, SIZE))
                .toList();
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.NONE;
    }

    @Override
    public int run(CommandLine line, Console console) {
        List<Filter> filters = line.values(Filter.FLAG);
        int last = line.isOn(LATEST) ? 1 : line.value(LAST).orElse(-1);
        boolean all = line.isOn(ALL) || last > 0 || ContainerFilter.wantsAll(filters);
        boolean sizes = line.isOn(SIZE)
                || line.value(ListFlags.FORMAT)
                        .filter(format -> format.contains(".Size"))
                        .isPresent();
        try (Engine engine = Store.open(console)) {
            Predicate<ListedContainer> condition = ContainerFilter.of(filters, engine);
            List<String> columns = line.isOn(SIZE) ? ContainerRows.WITH_SIZE : ContainerRows.COLUMNS;
            ContainerRows rows = new ContainerRows(
                    engine,
                    !line.isOn(ListFlags.NO_TRUNC),
                    sizes,
                    ListFlags.isOfColumns(line) ? columns : ContainerRows.allFields());
            List<Value.Struct> shown = engine.list().stream()
                    .sorted(Comparator.comparing(ListedContainer::created).reversed())
                    .filter(listed -> all || listed.status().isActive())
                    .filter(condition)
                    .limit(last > 0 ? last : Long.MAX_VALUE)
                    .map(rows::row)
                    .toList();
            ListFlags.print(Table.of(ContainerRows.FIELDS, columns, shown), line, console);
        }
        return 0;
    }
}
