package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.network.NetworkRecord;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/** {@code whalebox network ls}. */
final class NetworkListCommand implements Command {
    private static final Set<String> KNOWN = Set.of("driver", "id", "label", "name", "scope", "type");
    private static final SequencedMap<String, String> FIELDS = Table.named(
            "ID",
            "NETWORK ID",
            "Name",
            "NAME",
            "Driver",
            "DRIVER",
            "Scope",
            "SCOPE",
            "IPv6",
            "IPV6",
            "Internal",
            "INTERNAL",
            "Labels",
            "LABELS",
            "CreatedAt",
            "CREATED AT");
    private static final List<String> COLUMNS = List.of("ID", "Name", "Driver", "Scope");
    private static final String SCOPE = "local";

    @Override
    public List<String> names() {
        return List.of("network ls", "network list");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public String summary() {
        return "List networks";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(ListFlags.QUIET, ListFlags.NO_TRUNC, ListFlags.FORMAT, Filter.FLAG);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.NONE;
    }

    @Override
    public int run(CommandLine line, Console console) {
        List<Filter> filters = line.values(Filter.FLAG);
        Filter.requireKnown(filters, KNOWN);
        try (Engine engine = Store.open(console)) {
            List<Map<String, String>> rows = engine.networks().networks().all().stream()
                    .filter(Filter.together(filters, NetworkRecord::labels, NetworkListCommand::fits))
                    .sorted(Comparator.comparing(NetworkRecord::name))
                    .map(network -> row(network, line))
                    .toList();
            ListFlags.print(new Table(FIELDS, COLUMNS, rows), line, console);
        }
        return 0;
    }

    private static boolean fits(Filter filter, NetworkRecord network) {
        return switch (filter.name()) {
            case "driver" -> network.driver().equals(filter.value());
            case "id" -> network.id().startsWith(filter.value());
            case "name" -> network.name().contains(filter.value());
            case "scope" -> filter.value().equals(SCOPE);
            default ->
                switch (filter.value()) {
                    case "custom" -> !network.isPredefined();
                    case "builtin" -> network.isPredefined();
                    default -> throw Strconv.invalid("invalid filter 'type=" + filter.value() + "'");
                };
        };
    }

    private static Map<String, String> row(NetworkRecord network, CommandLine line) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("ID", ListFlags.id(network.id(), line));
        row.put("Name", network.name());
        row.put("Driver", network.driver());
        row.put("Scope", SCOPE);
        row.put("IPv6", Boolean.toString(network.six()));
        row.put("Internal", Boolean.toString(network.internal()));
        row.put("Labels", ImageFilter.text(network.labels()));
        row.put("CreatedAt", network.created());
        return row;
    }
}
