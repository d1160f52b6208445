package io.whalebox.cli;

import io.whalebox.cli.template.Value;
import io.whalebox.image.registry.Listing;
import io.whalebox.image.registry.Registries;
import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;

/** {@code whalebox search}: of Docker's registry, or of the one that stands before the term. */
final class SearchCommand implements Command {
    private static final SequencedMap<String, String> FIELDS =
            Table.named("Name", "NAME", "Description", "DESCRIPTION", "StarCount", "STARS", "IsOfficial", "OFFICIAL");
    private static final List<String> COLUMNS = List.copyOf(FIELDS.sequencedKeySet());

    private static final Flag<Long> LIMIT = Flag.single("limit", "int", Strconv::parseInt, "Number of results at most")
            .standard("25");
    private static final int STANDARD_LIMIT = 25;
    private static final int MOST = 100;
    private static final int DESCRIPTION = 45;

    @Override
    public List<String> names() {
        return List.of("search");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] [REGISTRY/]TERM";
    }

    @Override
    public String summary() {
        return "Search a registry for images";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(Filter.FLAG, LIMIT, ListFlags.NO_TRUNC, ListFlags.FORMAT);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.between(1, 1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        long limit = line.value(LIMIT).orElse((long) STANDARD_LIMIT);
        if (limit < 1 || limit > MOST) {
            throw Strconv.invalid("limit " + limit + " is outside the range of [1, " + MOST + "]");
        }
        List<Filter> filters = line.values(Filter.FLAG);
        Filter.requireKnown(filters, Set.of("is-official", "stars"));
        String text = line.arguments().getFirst();
        int slash = text.indexOf('/');
        boolean named = slash > 0 && text.substring(0, slash).matches("localhost|.*[.:].*");
        String host = named ? RegistryHost.parse(text.substring(0, slash)).host() : "docker.io";
        String term = named ? text.substring(slash + 1) : text;
        try (Registries registries = Registries.of(console.environment().variables())) {
            List<Value.Struct> rows = new ArrayList<>();
            for (Listing.Found found : new Listing(registries).search(host, term, (int) limit)) {
                if (filters.stream().allMatch(filter -> holds(filter, found))) {
                    rows.add(row(found, named ? host + "/" : "", line.isOn(ListFlags.NO_TRUNC)));
                }
            }
            console.out()
                    .print(Table.of(FIELDS, COLUMNS, rows)
                            .print(line.value(ListFlags.FORMAT).orElse("")));
        }
        return 0;
    }

    private static boolean holds(Filter filter, Listing.Found found) {
        return filter.name().equals("stars")
                ? found.stars() >= Strconv.parseInt(filter.value())
                : found.official() == filter.isOn();
    }

    private static Value.Struct row(Listing.Found found, String prefix, boolean whole) {
        String description = found.description().orElse("").replaceAll("[\r\n]+", " ");
        return Value.struct("search")
                .put("Name", prefix + found.name())
                .put(
                        "Description",
                        whole || description.length() <= DESCRIPTION
                                ? description
                                : description.substring(0, DESCRIPTION - 1) + "…")
                .put("StarCount", Long.toString(found.stars()))
                .put("IsOfficial", found.official() ? "[OK]" : "")
                .end();
    }
}
