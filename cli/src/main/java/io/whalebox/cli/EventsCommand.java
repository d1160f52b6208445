package io.whalebox.cli;

import io.whalebox.cli.template.JsonText;
import io.whalebox.cli.template.Template;
import io.whalebox.cli.template.Value;
import io.whalebox.engine.Engine;
import io.whalebox.engine.event.Event;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** {@code whalebox events}: what happens in the store, as it happens or as it has happened. */
final class EventsCommand implements Command {
    private static final Flag<String> SINCE =
            Flag.text("since", "Begin with what happened at this time, or that long ago, such as 10m");
    private static final Flag<String> UNTIL = Flag.text("until", "Stop at this time; see --since");
    private static final long NANOS = 1_000_000_000L;

    @Override
    public List<String> names() {
        return List.of("events", "system events");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public String summary() {
        return "Show what happens to containers, images, volumes and networks";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(Filter.FLAG, SINCE, UNTIL, ListFlags.FORMAT);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.NONE;
    }

    @Override
    public int run(CommandLine line, Console console) {
        Instant now = Instant.now();
        Optional<Instant> since = moment(line, SINCE, now);
        Optional<Instant> until = moment(line, UNTIL, now);
        Predicate<Event> condition = EventFilter.of(line.values(Filter.FLAG));
        Function<Event, String> form = form(line.value(ListFlags.FORMAT).orElse(""));
        try (Engine engine = Store.open(console)) {
            engine.eventLog().read(since, until, event -> {
                if (condition.test(event)) {
                    console.out().println(form.apply(event));
                    console.out().flush();
                    if (console.out().checkError()) {
                        Thread.currentThread().interrupt();
                    }
                }
            });
        }
        return 0;
    }

    private static Optional<Instant> moment(CommandLine line, Flag<String> flag, Instant now) {
        return line.value(flag).filter(text -> !text.isEmpty()).map(text -> Moment.parse(text, now));
    }

    private static Function<Event, String> form(String format) {
        if (format.isEmpty()) {
            return EventsCommand::plain;
        }
        if (format.equals("json")) {
            return event -> JsonText.line(document(event));
        }
        Template template = Template.ofFormat(format);
        return event -> template.apply(fields(event));
    }

    /** Made when first needed: every command makes the table of all commands. */
    private static final class Time {
        static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.nnnnnnnnnXXX");
    }

    private static String plain(Event event) {
        String attributes = new TreeMap<>(event.attributes())
                .entrySet().stream()
                        .map(it -> it.getKey() + "=" + it.getValue())
                        .collect(Collectors.joining(", "));
        return Time.FORMAT.format(event.at().atZone(ZoneId.systemDefault())) + " " + event.type() + " "
                + Printable.of(event.action()) + " " + Printable.of(event.id())
                + (attributes.isEmpty() ? "" : " (" + Printable.of(attributes) + ")");
    }

    private static Value.Struct actor(Event event) {
        return Value.struct("actor")
                .put("ID", event.id())
                .put("Attributes", Value.of(event.attributes()))
                .end();
    }

    /** What Docker's API says of it; the first fields are of its older versions, and of containers and images only. */
    private static Value.Struct document(Event event) {
        Value.Fields document = Value.struct("event");
        boolean older = event.type().equals("container") || event.type().equals("image");
        if (older) {
            document.put("status", event.action()).putUnlessEmpty("id", Value.of(event.id()));
        }
        if (event.type().equals("container")) {
            document.putUnlessEmpty("from", Value.of(event.attributes().getOrDefault("image", "")));
        }
        return document.put("Type", event.type())
                .put("Action", event.action())
                .put("Actor", actor(event))
                .put("scope", "local")
                .put("time", event.time() / NANOS)
                .put("timeNano", event.time())
                .end();
    }

    private static Value.Struct fields(Event event) {
        return Value.struct("event")
                .put("Status", event.action())
                .put("ID", event.id())
                .put("From", event.attributes().getOrDefault("image", ""))
                .put("Type", event.type())
                .put("Action", event.action())
                .put("Actor", actor(event))
                .put("Scope", "local")
                .put("Time", event.time() / NANOS)
                .put("TimeNano", event.time())
                .end();
    }
}
