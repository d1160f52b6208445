package io.whalebox.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

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
