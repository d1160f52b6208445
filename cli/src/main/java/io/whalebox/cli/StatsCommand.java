package io.whalebox.cli;

import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.Engine;
import io.whalebox.engine.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** {@code whalebox stats}: what containers use, again and again until its user has seen enough. */
final class StatsCommand implements Command {
    private static final Flag<Boolean> ALL =
            Flag.toggle("all", "Show containers too that do not run").shorthand('a');
    private static final Flag<Boolean> NO_STREAM = Flag.toggle("no-stream", "Show it once");
    private static final SequencedMap<String, String> FIELDS = Table.named(
            "BlockIO",
            "BLOCK I/O",
            "CPUPerc",
            "CPU %",
            "Container",
            "CONTAINER",
            "ID",
            "CONTAINER ID",
            "MemPerc",
            "MEM %",
            "MemUsage",
            "MEM USAGE / LIMIT",
            "Name",
            "NAME",
            "NetIO",
            "NET I/O",
            "PIDs",
            "PIDS");
    private static final List<String> COLUMNS =
            List.of("ID", "Name", "CPUPerc", "MemUsage", "MemPerc", "NetIO", "BlockIO", "PIDs");
    private static final Duration PERIOD = Duration.ofSeconds(1);

    /** To the top left, and everything below gone: the next picture takes the place of this one. */
    private static final String HOME_AND_CLEAR = "\033[H\033[J";

    @Override
    public List<String> names() {
        return List.of("stats", "container stats");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] [CONTAINER...]";
    }

    @Override
    public String summary() {
        return "Show what containers use of the machine, live";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(ALL, NO_STREAM, ListFlags.NO_TRUNC, ListFlags.FORMAT);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.atLeast(0);
    }

    /** One container, and how its user called it. */
    private record Subject(String called, ContainerRecord container) {}

    @Override
    public int run(CommandLine line, Console console) {
        String format = line.value(ListFlags.FORMAT).orElse("");
        boolean stream = !line.isOn(NO_STREAM);
        boolean drawn = format.isEmpty() || format.startsWith("table");
        try (Engine engine = Store.open(console)) {
            Map<String, Usage> before = measure(engine, subjects(engine, line));
            boolean first = true;
            do {
                // The share of a processor is what was used between two looks.
                if (!pause()) {
                    return 0;
                }
                List<Subject> subjects = subjects(engine, line);
                Map<String, Usage> now = measure(engine, subjects);
                List<Map<String, String>> rows = rows(subjects, before, now, line);
                before = now;
                if (stream && drawn) {
                    console.out().print((first ? "\033[2J" : "") + HOME_AND_CLEAR);
                }
                first = false;
                console.out().print(new Table(FIELDS, COLUMNS, rows).print(format));
                console.out().flush();
            } while (stream && !console.out().checkError());
        }
        return 0;
    }

    /** Returns false when the user has seen enough. */
    private static boolean pause() {
        try {
            Thread.sleep(PERIOD);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Asked for anew each time, since containers come and go; those that were named have to be there. */
    private static List<Subject> subjects(Engine engine, CommandLine line) {
        if (!line.arguments().isEmpty()) {
            return line.arguments().stream()
                    .map(name -> new Subject(name, engine.find(name)))
                    .toList();
        }
        return engine.containers().stream()
                .filter(container -> line.isOn(ALL) || engine.isRunning(container))
                .sorted(Comparator.comparing(ContainerRecord::created).reversed())
                .map(container -> new Subject(container.id().substring(0, 12), container))
                .toList();
    }

    private static Map<String, Usage> measure(Engine engine, List<Subject> subjects) {
        Map<String, Usage> usages = new HashMap<>();
        subjects.forEach(subject -> engine.container(subject.container())
                .usage()
                .ifPresent(usage -> usages.put(subject.container().id(), usage)));
        return usages;
    }

    private static List<Map<String, String>> rows(
            List<Subject> subjects, Map<String, Usage> before, Map<String, Usage> now, CommandLine line) {
        List<Map<String, String>> rows = new ArrayList<>();
        for (Subject subject : subjects) {
            String id = subject.container().id();
            Optional<Usage> usage = Optional.ofNullable(now.get(id));
            Optional<Usage> earlier = Optional.ofNullable(before.get(id));
            rows.add(row(
                    subject, usage.orElse(Usage.NONE), earlier.or(() -> usage).orElse(Usage.NONE), line));
        }
        return rows;
    }

    private static Map<String, String> row(Subject subject, Usage usage, Usage earlier, CommandLine line) {
        Map<String, String> row = new LinkedHashMap<>();
        row.put("BlockIO", ByteSize.decimal(usage.readBytes()) + " / " + ByteSize.decimal(usage.writtenBytes()));
        row.put("CPUPerc", percent(usage.cpuPercentSince(earlier)));
        row.put("Container", subject.called());
        row.put("ID", ListFlags.id(subject.container().id(), line));
        row.put("MemPerc", percent(usage.memoryPercent()));
        row.put("MemUsage", ByteSize.binary(usage.memoryBytes()) + " / " + ByteSize.binary(usage.memoryLimitBytes()));
        row.put("Name", subject.container().name());
        row.put("NetIO", ByteSize.decimal(usage.receivedBytes()) + " / " + ByteSize.decimal(usage.sentBytes()));
        row.put("PIDs", String.valueOf(usage.pids()));
        return row;
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f%%", value);
    }
}
