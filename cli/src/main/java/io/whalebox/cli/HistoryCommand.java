package io.whalebox.cli;

import io.whalebox.cli.template.Value;
import io.whalebox.engine.Engine;
import io.whalebox.image.Image;
import io.whalebox.image.ImageHistory;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** {@code whalebox history}: the steps that made an image, and what each added. */
final class HistoryCommand implements Command {
    private static final Flag<Boolean> HUMAN = Flag.toggle(
                    "human", "Print sizes and times for people rather than programs")
            .shorthand('H')
            .standard("true");
    private static final SequencedMap<String, String> FIELDS = Table.named(
            "Comment",
            "COMMENT",
            "CreatedAt",
            "CREATED AT",
            "CreatedBy",
            "CREATED BY",
            "CreatedSince",
            "CREATED",
            "ID",
            "IMAGE",
            "Size",
            "SIZE");
    private static final List<String> COLUMNS = List.of("ID", "CreatedSince", "CreatedBy", "Size", "Comment");
    private static final List<String> EXACT_COLUMNS = List.of("ID", "CreatedAt", "CreatedBy", "Size", "Comment");

    /** Docker's list cuts a command off here. */
    private static final int COMMAND_WIDTH = 45;

    /** The year 2000: what older images tell is when a build that can be repeated pretends to be. */
    private static final Instant OLDEST_TOLD = Instant.ofEpochSecond(946_684_800);

    @Override
    public List<String> names() {
        return List.of("history", "image history");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] IMAGE";
    }

    @Override
    public String summary() {
        return "Show the steps that made an image";
    }

    @Override
    public List<Flag<?>> flags() {
        List<Flag<?>> flags = new ArrayList<>(ListFlags.ALL);
        flags.add(HUMAN);
        return flags;
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.between(1, 1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        boolean human = line.value(HUMAN).orElse(true);
        boolean truncates = !line.isOn(ListFlags.NO_TRUNC);
        try (Engine engine = Store.open(console)) {
            Image image = engine.images().resolve(line.arguments().getFirst());
            List<Value.Struct> rows = new ArrayList<>();
            for (ImageHistory.Step step : ImageHistory.of(image, engine.images().layers(image))) {
                // Only the whole has an id here; those below it are other images' or nobody's.
                String id = truncates ? image.id().shortId() : image.id().toString();
                rows.add(row(step, rows.isEmpty() ? id : "<missing>", human, truncates));
            }
            ListFlags.print(Table.of(FIELDS, human ? COLUMNS : EXACT_COLUMNS, rows), line, console);
        }
        return 0;
    }

    private static Value.Struct row(ImageHistory.Step step, String id, boolean human, boolean truncates) {
        String command = step.createdBy().replace('\t', ' ');
        String createdAt = step.created().map(HistoryCommand::rfc3339).orElse("N/A");
        Optional<Instant> told = step.created().filter(OLDEST_TOLD::isBefore);
        return Value.struct("history")
                .put("Comment", step.comment())
                .put("CreatedAt", createdAt)
                .put("CreatedBy", truncates ? cut(command) : command)
                .put(
                        "CreatedSince",
                        human ? told.map(then -> Ago.since(then, Instant.now())).orElse("N/A") : createdAt)
                .put("ID", id)
                .put("Size", human ? ByteSize.decimal(step.size()) : String.valueOf(step.size()))
                .end();
    }

    private static String rfc3339(Instant time) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                time.truncatedTo(ChronoUnit.SECONDS).atZone(ZoneId.systemDefault()));
    }

    private static String cut(String text) {
        return text.codePointCount(0, text.length()) <= COMMAND_WIDTH
                ? text
                : text.substring(0, text.offsetByCodePoints(0, COMMAND_WIDTH - 1)) + "…";
    }
}
