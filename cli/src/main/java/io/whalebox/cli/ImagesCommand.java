package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.image.ListedImage;
import io.whalebox.image.Reference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** {@code whalebox images}. */
final class ImagesCommand implements Command {
    private static final SequencedMap<String, String> FIELDS = Table.named(
            "Repository",
            "REPOSITORY",
            "Tag",
            "TAG",
            "ID",
            "IMAGE ID",
            "CreatedSince",
            "CREATED",
            "CreatedAt",
            "CREATED AT",
            "Size",
            "SIZE");
    private static final List<String> COLUMNS = List.of("Repository", "Tag", "ID", "CreatedSince", "Size");
    private static final String NONE = "<none>";

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
        return ListFlags.ALL;
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.between(0, 1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        Optional<String> wanted = line.arguments().stream().findFirst();
        try (Engine engine = Store.open(console)) {
            List<Map<String, String>> rows = new ArrayList<>();
            for (ListedImage listed : engine.images().list()) {
                if (listed.names().isEmpty() && wanted.isEmpty()) {
                    rows.add(row(listed, NONE, NONE, line));
                }
                listed.names().stream()
                        .filter(name ->
                                wanted.map(pattern -> matches(name, pattern)).orElse(true))
                        .sorted()
                        .forEach(name -> rows.add(row(
                                listed, name.familiarRepository(), name.tag().orElse(NONE), line)));
            }
            ListFlags.print(new Table(FIELDS, COLUMNS, rows), line, console);
        }
        return 0;
    }

    /** A repository alone means all its tags. */
    private static boolean matches(Reference name, String pattern) {
        Reference wanted = Reference.parse(pattern);
        boolean tagged = pattern.substring(pattern.lastIndexOf('/') + 1).contains(":");
        return name.repository().equals(wanted.repository())
                && (!tagged || name.tag().equals(wanted.tag()));
    }

    private static Map<String, String> row(ListedImage listed, String repository, String tag, CommandLine line) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("Repository", repository);
        row.put("Tag", tag);
        row.put(
                "ID",
                line.isOn(ListFlags.NO_TRUNC)
                        ? listed.image().id().toString()
                        : listed.image().id().shortId());
        Optional<Instant> created = listed.image().config().created();
        row.put(
                "CreatedSince",
                created.map(then -> Ago.since(then, Instant.now())).orElse("N/A"));
        row.put("CreatedAt", created.map(Instant::toString).orElse("N/A"));
        row.put("Size", ByteSize.decimal(listed.size()));
        return row;
    }
}
