package io.whalebox.cli;

import io.whalebox.engine.Engine;
import java.util.List;
import java.util.Map;

/** {@code whalebox volume ls}. */
final class VolumeListCommand implements Command {
    private static final Flag<Boolean> QUIET =
            Flag.toggle("quiet", "Print only the names").shorthand('q');
    private static final List<String> COLUMNS = List.of("Driver", "Name");

    @Override
    public List<String> names() {
        return List.of("volume ls", "volume list");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public String summary() {
        return "List volumes";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(QUIET, Filter.FLAG, ListFlags.FORMAT);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.NONE;
    }

    @Override
    public int run(CommandLine line, Console console) {
        try (Engine engine = Store.open(console)) {
            List<Map<String, String>> rows = engine.volumes().list().stream()
                    .filter(VolumeRows.condition(line.values(Filter.FLAG), engine))
                    .map(volume -> VolumeRows.row(volume, engine))
                    .toList();
            Table table = new Table(VolumeRows.FIELDS, COLUMNS, rows);
            String format = line.value(ListFlags.FORMAT).orElse("");
            console.out()
                    .print(
                            line.isOn(QUIET) && format.isEmpty()
                                    ? table.columnsOf(List.of("Name"), false)
                                    : table.print(format));
        }
        return 0;
    }
}
