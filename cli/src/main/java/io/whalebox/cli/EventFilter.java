package io.whalebox.cli;

import io.whalebox.engine.event.Event;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What the conditions of {@code events --filter} ask; those of one name are alternatives, as in Docker. */
final class EventFilter {
    private static final Set<String> KNOWN =
            Set.of("container", "event", "image", "label", "network", "scope", "type", "volume");

    private EventFilter() {}

    static Predicate<Event> of(List<Filter> filters) {
        Filter.requireKnown(filters, KNOWN);
        return Filter.together(filters, Event::attributes, EventFilter::matches);
    }

    private static boolean matches(Filter filter, Event event) {
        String wanted = filter.value();
        return switch (filter.name()) {
            case "container", "network", "volume" ->
                event.type().equals(filter.name())
                        && (event.id().startsWith(wanted)
                                || wanted.equals(event.attributes().get("name")));
            // What is behind the colon of "exec_create: ls" need not be said.
            case "event" -> event.action().equals(wanted) || event.action().startsWith(wanted + ":");
            case "image" -> isOfImage(event, wanted);
            case "scope" -> wanted.equals("local");
            default -> event.type().equals(wanted);
        };
    }

    /** The name of the image of a container counts too, and without a tag any tag is meant. */
    private static boolean isOfImage(Event event, String wanted) {
        String name = event.attributes().getOrDefault(event.type().equals("image") ? "name" : "image", "");
        return (event.type().equals("image") && event.id().startsWith(wanted))
                || name.equals(wanted)
                || (wanted.indexOf(':') < 0 && name.startsWith(wanted + ":"));
    }
}
