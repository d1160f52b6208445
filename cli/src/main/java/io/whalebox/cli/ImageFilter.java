package io.whalebox.cli;

import io.whalebox.image.ImageStore;
import io.whalebox.image.ListedImage;
import io.whalebox.image.Reference;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The conditions that {@code images} and {@code image prune} know. */
final class ImageFilter {
    private static final Set<String> KNOWN = Set.of("dangling", "label", "before", "since", "reference", "until");
    private static final Set<String> KNOWN_TO_PRUNE = Set.of("label", "label!", "until");

    private final List<Filter> filters;
    private final Predicate<ListedImage> condition;

    private ImageFilter(List<Filter> filters, Predicate<ListedImage> condition) {
        this.filters = filters;
        this.condition = condition;
    }

    /** Of a list; images that conditions name are looked up here. */
    static ImageFilter ofList(List<Filter> filters, ImageStore images) {
        Filter.requireKnown(filters, KNOWN);
        Predicate<ListedImage> condition = _ -> true;
        for (Filter filter : filters) {
            condition = condition.and(condition(filter, images));
        }
        return new ImageFilter(filters, condition);
    }

    /** Of a clean-up. */
    static Predicate<ListedImage> ofPrune(List<Filter> filters) {
        Filter.requireKnown(filters, KNOWN_TO_PRUNE);
        Predicate<ListedImage> condition = _ -> true;
        for (Filter filter : filters) {
            condition = condition.and(
                    filter.name().equals("until")
                            ? createdBefore(Moment.parse(filter.value(), Instant.now()))
                            : labelled(filter, filter.name().equals("label")));
        }
        return condition;
    }

    private static Predicate<ListedImage> condition(Filter filter, ImageStore images) {
        return switch (filter.name()) {
            case "dangling" -> {
                boolean dangling = filter.isOn();
                yield image -> image.names().isEmpty() == dangling;
            }
            case "label" -> labelled(filter, true);
            case "before" -> createdBefore(created(filter, images));
            case "since" -> {
                Instant since = created(filter, images);
                yield image -> created(image).isAfter(since);
            }
            case "until" -> createdBefore(Moment.parse(filter.value(), Instant.now()));
            // Whether one of its names fits; which ones are shown is asked for each.
            default -> image -> image.names().stream().anyMatch(name -> matches(filter.value(), name));
        };
    }

    private static Predicate<ListedImage> labelled(Filter filter, boolean wanted) {
        return image -> filter.matchesLabel(image.image().config().config().labels()) == wanted;
    }

    private static Predicate<ListedImage> createdBefore(Instant time) {
        return image -> created(image).isBefore(time);
    }

    private static Instant created(Filter filter, ImageStore images) {
        return images.resolve(filter.value()).config().created().orElse(Instant.EPOCH);
    }

    private static Instant created(ListedImage image) {
        return image.image().config().created().orElse(Instant.EPOCH);
    }

    boolean matches(ListedImage image) {
        return condition.test(image);
    }

    /** Whether a name of an image is to be shown: all conditions on names hold for it. */
    boolean shows(Reference name) {
        return filters.stream()
                .filter(filter -> filter.name().equals("reference"))
                .allMatch(filter -> matches(filter.value(), name));
    }

    /** Whether conditions on names leave out images that have none. */
    boolean wantsNames() {
        return filters.stream().anyMatch(filter -> filter.name().equals("reference"));
    }

    /** A pattern is of the name as people write it or in full, with its tag or without. */
    private static boolean matches(String pattern, Reference name) {
        return Stream.of(name.toString(), name.familiarRepository(), name.full(), name.repository())
                .anyMatch(text -> Filter.matchesPattern(pattern, text));
    }

    /** Labels as lists show them. */
    static String text(Map<String, String> labels) {
        return String.join(
                ",",
                labels.entrySet().stream()
                        .map(label -> label.getKey() + "=" + label.getValue())
                        .sorted()
                        .toList());
    }
}
