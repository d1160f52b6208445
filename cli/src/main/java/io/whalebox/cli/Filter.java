package io.whalebox.cli;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** One condition of {@code --filter}: {@code label=stage=test} has the name {@code label} and the value behind it. */
record Filter(String name, String value) {
    /** Of lists; the clean-up commands have no letter for it. */
    static final Flag<Filter> FLAG = flag("Show only what this condition holds for, such as \"label=stage=test\"")
            .shorthand('f');

    static Flag<Filter> flag(String help) {
        return Flag.list("filter", "filter", Filter::parse, help);
    }

    static Filter parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw Strconv.invalid("bad format of filter (expected name=value)");
        }
        return new Filter(
                text.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                text.substring(equals + 1).strip());
    }

    /** Refuses conditions that the command does not know. */
    static void requireKnown(List<Filter> filters, Set<String> known) {
        for (Filter filter : filters) {
            if (!known.contains(filter.name)) {
                throw Strconv.invalid("invalid filter " + Strconv.quote(filter.name) + ": there are "
                        + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }

    /**
     * What several conditions ask, as in Docker: those of one name are alternatives, those of several names hold
     * together, and labels have all to be there.
     *
     * @param matches whether something meets one condition that is not of a label
     */
    static <T> Predicate<T> together(
            List<Filter> filters, Function<T, Map<String, String>> labels, BiPredicate<Filter, T> matches) {
        Predicate<T> all = _ -> true;
        for (List<Filter> same :
                filters.stream().collect(Collectors.groupingBy(Filter::name)).values()) {
            all = all.and(
                    same.getFirst().name().equals("label")
                            ? it -> same.stream().allMatch(filter -> filter.matchesLabel(labels.apply(it)))
                            : it -> same.stream().anyMatch(filter -> matches.test(filter, it)));
        }
        return all;
    }

    /** The conditions that most kinds of clean-up know, those on labels and on age. */
    static <T> Predicate<T> ofCleanUp(
            List<Filter> filters, Function<T, Map<String, String>> labels, Function<T, String> created) {
        requireKnown(filters, Set.of("label", "label!", "until"));
        Predicate<T> all = _ -> true;
        for (Filter filter : filters) {
            if (filter.name().equals("until")) {
                Instant until = Moment.parse(filter.value(), Instant.now());
                all = all.and(it -> Instant.parse(created.apply(it)).isBefore(until));
            } else {
                boolean wanted = filter.name().equals("label");
                all = all.and(it -> filter.matchesLabel(labels.apply(it)) == wanted);
            }
        }
        return all;
    }

    /** As a switch. */
    boolean isOn() {
        try {
            return Strconv.parseBool(value);
        } catch (io.whalebox.linux.WhaleboxException e) {
            throw Strconv.invalid("invalid filter '" + name + "=" + value + "'");
        }
    }

    /** Whether labels hold the one that the value names, {@code key} or {@code key=value}. */
    boolean matchesLabel(Map<String, String> labels) {
        int equals = value.indexOf('=');
        return equals < 0
                ? labels.containsKey(value)
                : value.substring(equals + 1).equals(labels.get(value.substring(0, equals)));
    }

    /** Whether a name fits a pattern of {@code *}, {@code ?} and {@code [a-z]}, none of which stands for a slash. */
    static boolean matchesPattern(String pattern, String name) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            switch (c) {
                case '*' -> regex.append("[^/]*");
                case '?' -> regex.append("[^/]");
                case '[' -> {
                    int end = pattern.indexOf(']', i + 2);
                    if (end < 0) {
                        throw Strconv.invalid("syntax error in pattern " + Strconv.quote(pattern));
                    }
                    regex.append(set(pattern.substring(i + 1, end)));
                    i = end;
                }
                case '\\' -> {
                    i = Math.min(i + 1, pattern.length() - 1);
                    regex.append(Pattern.quote(String.valueOf(pattern.charAt(i))));
                }
                default -> regex.append(Pattern.quote(String.valueOf(c)));
            }
        }
        return Pattern.matches(regex.toString(), name);
    }

    /** Of a set only the dash and a caret in front mean something, so all else is quoted. */
    private static String set(String members) {
        boolean negated = members.startsWith("^");
        StringBuilder set = new StringBuilder(negated ? "[^/" : "[");
        members.chars()
                .skip(negated ? 1 : 0)
                .forEach(c -> set.append(c == '-' || Character.isLetterOrDigit(c) ? "" : "\\")
                        .append((char) c));
        return set.append(']').toString();
    }
}
