package io.whalebox.cli;

import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.Engine;
import io.whalebox.engine.Health;
import io.whalebox.engine.ListedContainer;
import io.whalebox.image.Image;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.network.PortSpec;
import io.whalebox.storage.Digest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The conditions that {@code ps} knows. Of several with one name one has to hold, but all of those on labels; of
 * several names all have to.
 */
final class ContainerFilter {
    private static final Set<String> KNOWN = Set.of(
            "ancestor",
            "before",
            "exited",
            "expose",
            "health",
            "id",
            "is-task",
            "label",
            "name",
            "network",
            "publish",
            "since",
            "status",
            "volume");
    private static final Set<String> STATUSES =
            Set.of("created", "running", "paused", "restarting", "removing", "exited", "dead");
    private static final Set<String> HEALTH = Set.of("starting", "healthy", "unhealthy", "none");

    private final Engine engine;
    private final Map<String, List<Filter>> filters;

    private ContainerFilter(Engine engine, Map<String, List<Filter>> filters) {
        this.engine = engine;
        this.filters = filters;
    }

    /** What a container has to meet; what conditions name is looked up here. */
    static Predicate<ListedContainer> of(List<Filter> filters, Engine engine) {
        Filter.requireKnown(filters, KNOWN);
        ContainerFilter filter =
                new ContainerFilter(engine, filters.stream().collect(Collectors.groupingBy(Filter::name)));
        Predicate<ListedContainer> all = _ -> true;
        for (String name : filter.filters.keySet()) {
            all = all.and(filter.condition(name));
        }
        return all;
    }

    /** Whether a condition asks for containers that do not run as well. */
    static boolean wantsAll(List<Filter> filters) {
        return filters.stream().anyMatch(filter -> filter.name().equals("status"));
    }

    private List<Filter> filters(String name) {
        return filters.getOrDefault(name, List.of());
    }

    private Predicate<ListedContainer> condition(String name) {
        return switch (name) {
            case "ancestor" -> any(ancestors(), (ancestor, listed) -> descends(listed.container(), ancestor));
            case "before" -> created(name, Instant::isBefore);
            case "since" -> created(name, Instant::isAfter);
            case "exited" -> {
                Set<Integer> statuses =
                        filters(name).stream().map(ContainerFilter::number).collect(Collectors.toSet());
                yield listed -> !listed.status().isActive()
                        && !listed.container().finished().isEmpty()
                        && statuses.contains(listed.container().exitStatus());
            }
            case "expose" ->
                any(
                        ports(name),
                        (port, listed) -> ContainerPorts.exposed(listed).contains(port));
            case "publish" ->
                any(ports(name), (port, listed) -> published(listed.container()).contains(port));
            case "health" ->
                any(
                        texts(name, HEALTH),
                        (text, listed) -> text.equals(listed.health()
                                .map(Health::status)
                                .map(Health.Status::text)
                                .orElse("none")));
            case "id" ->
                any(
                        patterns(name),
                        (pattern, listed) ->
                                pattern.matcher(listed.container().id()).find());
            case "is-task" -> {
                // There are none here.
                boolean tasks = filters(name).getLast().isOn();
                yield _ -> !tasks;
            }
            case "label" ->
                listed -> filters(name).stream()
                        .allMatch(
                                filter -> filter.matchesLabel(listed.container().labels()));
            case "name" ->
                any(
                        patterns(name),
                        (pattern, listed) -> pattern.matcher(listed.container().name())
                                        .find()
                                || pattern.matcher("/" + listed.container().name())
                                        .find());
            case "network" ->
                any(
                        values(name),
                        (network, listed) ->
                                NetworkDocument.names(listed.container()).contains(network));
            case "status" ->
                any(
                        texts(name, STATUSES),
                        (text, listed) -> text.equals(listed.status().text()));
            default -> any(values(name), (volume, listed) -> mounts(listed).contains(volume));
        };
    }

    private static <T> Predicate<ListedContainer> any(List<T> values, BiPredicate<T, ListedContainer> condition) {
        return listed -> values.stream().anyMatch(value -> condition.test(value, listed));
    }

    private List<String> values(String name) {
        return filters(name).stream().map(Filter::value).toList();
    }

    private List<String> texts(String name, Set<String> known) {
        List<String> values = values(name);
        values.stream().filter(value -> !known.contains(value)).findFirst().ifPresent(value -> {
            throw invalid(name, value);
        });
        return values;
    }

    private static WhaleboxException invalid(String name, String value) {
        return Strconv.invalid("invalid filter '" + name + "=" + value + "'");
    }

    private static int number(Filter filter) {
        try {
            return Integer.parseInt(filter.value());
        } catch (NumberFormatException e) {
            throw invalid(filter.name(), filter.value());
        }
    }

    private List<Pattern> patterns(String name) {
        List<Pattern> patterns = new ArrayList<>();
        for (String value : values(name)) {
            try {
                patterns.add(Pattern.compile(value));
            } catch (PatternSyntaxException e) {
                throw invalid(name, value);
            }
        }
        return patterns;
    }

    private Predicate<ListedContainer> created(String name, BiPredicate<Instant, Instant> order) {
        if (filters(name).size() > 1) {
            throw Strconv.invalid("invalid filter '" + name + "': it can be given once only");
        }
        Instant other =
                Instant.parse(engine.find(filters(name).getFirst().value()).created());
        return listed -> order.test(listed.created(), other);
    }

    /** One that is not here has no descendants. */
    private List<Image> ancestors() {
        List<Image> ancestors = new ArrayList<>();
        for (String name : values("ancestor")) {
            try {
                ancestors.add(engine.images().resolve(name));
            } catch (WhaleboxException e) {
                Loggers.named("io.whalebox.cli").log(System.Logger.Level.DEBUG, e.getMessage());
            }
        }
        return ancestors;
    }

    /** Of an image itself, or of one whose lowest layers are all of that image's. */
    private static boolean descends(ContainerRecord container, Image ancestor) {
        List<String> layers = ancestor.layers().stream().map(Digest::toString).toList();
        return container.imageId().equals(ancestor.id().toString())
                || (container.layers().size() > layers.size()
                        && container.layers().subList(0, layers.size()).equals(layers));
    }

    /** {@code 80}, {@code 80/udp}, {@code 80-90} or {@code 80-90/udp}. */
    private List<String> ports(String name) {
        List<String> ports = new ArrayList<>();
        for (String value : values(name)) {
            int slash = value.indexOf('/');
            String protocol = slash < 0 ? "tcp" : value.substring(slash + 1);
            String range = slash < 0 ? value : value.substring(0, slash);
            int dash = range.indexOf('-');
            int first = port(name, value, dash < 0 ? range : range.substring(0, dash));
            int last = dash < 0 ? first : port(name, value, range.substring(dash + 1));
            IntStream.rangeClosed(first, last).forEach(port -> ports.add(port + "/" + protocol));
        }
        return ports;
    }

    private static int port(String name, String value, String number) {
        if (!number.matches("\\d{1,5}") || Integer.parseInt(number) > 0xffff) {
            throw invalid(name, value);
        }
        return Integer.parseInt(number);
    }

    private static Set<String> published(ContainerRecord container) {
        return container.spec().isolation().network().ports().stream()
                .flatMap(port -> hostPorts(port).mapToObj(number -> number + "/" + port.protocol()))
                .collect(Collectors.toSet());
    }

    private static IntStream hostPorts(PortSpec port) {
        return IntStream.rangeClosed(port.firstHostPort(), port.lastHostPort());
    }

    /** Names and places by which the mounts of a container are known. */
    private static Set<String> mounts(ListedContainer listed) {
        return listed.mounts().stream()
                .flatMap(mount -> Stream.of(mount.name(), mount.source(), mount.destination()))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toSet());
    }
}
