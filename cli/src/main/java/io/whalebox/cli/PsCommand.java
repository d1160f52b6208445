package io.whalebox.cli;

import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.Engine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/** {@code whalebox ps}. */
final class PsCommand implements Command {
    private static final Flag<Boolean> ALL =
            Flag.toggle("all", "Show all containers, not only those that run").shorthand('a');
    private static final SequencedMap<String, String> FIELDS = Table.named(
            "ID",
            "CONTAINER ID",
            "Image",
            "IMAGE",
            "Command",
            "COMMAND",
            "RunningFor",
            "CREATED",
            "CreatedAt",
            "CREATED AT",
            "Status",
            "STATUS",
            "State",
            "STATE",
            "Names",
            "NAMES",
            "Labels",
            "LABELS");
    private static final List<String> COLUMNS = List.of("ID", "Image", "Command", "RunningFor", "Status", "Names");

    /** Docker's lists cut a command off here. */
    private static final int COMMAND_WIDTH = 20;

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
        List<Flag<?>> flags = new ArrayList<>(ListFlags.ALL);
        flags.add(ALL);
        return flags;
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.NONE;
    }

    @Override
    public int run(CommandLine line, Console console) {
        try (Engine engine = Store.open(console)) {
            List<Map<String, String>> rows = engine.containers().stream()
                    .sorted(Comparator.comparing(ContainerRecord::created).reversed())
                    .filter(container -> line.isOn(ALL) || engine.isRunning(container))
                    .map(container -> row(container, engine.isRunning(container), engine, line))
                    .toList();
            ListFlags.print(new Table(FIELDS, COLUMNS, rows), line, console);
        }
        return 0;
    }

    private static Map<String, String> row(
            ContainerRecord container, boolean running, Engine engine, CommandLine line) {
        Instant now = Instant.now();
        Map<String, String> row = new LinkedHashMap<>();
        row.put("ID", ListFlags.id(container.id(), line));
        row.put("Image", container.image());
        row.put("Command", command(container.command(), line.isOn(ListFlags.NO_TRUNC)));
        row.put("RunningFor", Ago.since(Instant.parse(container.created()), now));
        row.put("CreatedAt", container.created());
        boolean paused = running && engine.isPaused(container);
        row.put("Status", status(container, running, now) + (paused ? " (Paused)" : ""));
        row.put(
                "State",
                paused ? "paused" : running ? "running" : container.finished().isEmpty() ? "created" : "exited");
        row.put("Names", container.name());
        row.put(
                "Labels",
                container.labels().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .collect(Collectors.joining(",")));
        return row;
    }

    static String command(List<String> command, boolean whole) {
        String text = String.join(" ", command);
        boolean cut = !whole && text.length() > COMMAND_WIDTH;
        return Strconv.quote(cut ? text.substring(0, COMMAND_WIDTH - 1) + "…" : text);
    }

    private static String status(ContainerRecord container, boolean running, Instant now) {
        if (running) {
            return "Up " + Ago.words(Duration.between(Instant.parse(container.started()), now));
        }
        if (container.finished().isEmpty()) {
            return "Created";
        }
        return "Exited (" + container.exitStatus() + ") " + Ago.since(Instant.parse(container.finished()), now);
    }
}
