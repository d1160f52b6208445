package io.whalebox.cli;

import io.whalebox.cli.template.Value;
import io.whalebox.engine.Engine;
import io.whalebox.image.ListedImage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** {@code whalebox images}. */
final class ImagesCommand implements Command {
    private static final Flag<Boolean> ALL = Flag.toggle(
                    "all", "Show all images, those without a name too (they always are)")
            .shorthand('a');
    private static final Flag<Boolean> DIGESTS = Flag.toggle("digests", "Show the digests of the manifests");

    @Override
    public List<String> names() {
        return List.of("images", "image ls", "image list");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] [REPOSITORY[:TAG]]";
    }

    @Override
    public String summary() {
        return "List images";
    }

    @Override
    public List<Flag<?>> flags() {
        List<Flag<?>> flags = new ArrayList<>(ListFlags.ALL);
        flags.addAll(List.of(ALL, DIGESTS, Filter.FLAG));
        return flags;
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.between(0, 1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        List<Filter> filters = new ArrayList<>(line.values(Filter.FLAG));
        line.arguments().forEach(pattern -> filters.add(new Filter("reference", pattern)));
        try (Engine engine = Store.open(console)) {
            ImageFilter filter = ImageFilter.ofList(filters, engine.images());
            String format = line.value(ListFlags.FORMAT).orElse("");
            boolean digests = line.isOn(DIGESTS) || format.contains(".Digest");
            boolean truncates = !line.isOn(ListFlags.NO_TRUNC);
            List<Value.Struct> rows = new ArrayList<>();
            for (ListedImage image : engine.images().list()) {
                if (filter.matches(image)) {
                    ImageRows.of(image, filter, digests)
                            .forEach(row -> rows.add(row.fields(image, truncates, Instant.now())));
                }
            }
            ListFlags.print(
                    Table.of(ImageRows.FIELDS, line.isOn(DIGESTS) ? ImageRows.WITH_DIGEST : ImageRows.COLUMNS, rows),
                    line,
                    console);
        }
        return 0;
    }
}
