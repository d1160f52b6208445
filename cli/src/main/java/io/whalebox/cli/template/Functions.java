package io.whalebox.cli.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What can be called by name: Go's own functions and those that Docker adds. */
final class Functions {
    private static final Pattern WORD_START = Pattern.compile("(?<![\\p{L}\\p{N}_'])\\p{L}");
    private static final int LONGEST_PADDING = 1000;

    /** These look at an argument only if those before it leave it open, so the evaluator has them itself. */
    static final Set<String> LAZY = Set.of("and", "or");

    /** In the heading of a table these leave the column's name alone. */
    private static final Set<String> NOT_IN_HEADINGS =
            Set.of("json", "split", "join", "title", "lower", "upper", "truncate");

    private static final Map<String, Function> ALL = Map.ofEntries(
            Map.entry("eq", new Function(2, Integer.MAX_VALUE, a -> Value.of(Comparison.equalsAny(a)))),
            Map.entry("ne", new Function(2, 2, a -> Value.of(!Comparison.equalsAny(a)))),
            Map.entry("lt", new Function(2, 2, a -> Value.of(Comparison.order(a) < 0))),
            Map.entry("le", new Function(2, 2, a -> Value.of(Comparison.order(a) <= 0))),
            Map.entry("gt", new Function(2, 2, a -> Value.of(Comparison.order(a) > 0))),
            Map.entry("ge", new Function(2, 2, a -> Value.of(Comparison.order(a) >= 0))),
            Map.entry("not", new Function(1, 1, a -> Value.of(!a.getFirst().isTrue()))),
            Map.entry("index", new Function(1, Integer.MAX_VALUE, Functions::index)),
            Map.entry("slice", new Function(1, 3, Functions::slice)),
            Map.entry("len", new Function(1, 1, a -> Value.of(length(a.getFirst())))),
            Map.entry("print", new Function(0, Integer.MAX_VALUE, a -> Value.of(Print.all(a)))),
            Map.entry("println", new Function(0, Integer.MAX_VALUE, a -> Value.of(Print.words(a) + "\n"))),
            Map.entry(
                    "printf",
                    new Function(
                            1,
                            Integer.MAX_VALUE,
                            a -> Value.of(Print.format(text(a.getFirst()), a.subList(1, a.size()))))),
            Map.entry("json", new Function(1, 1, a -> Value.of(JsonText.line(a.getFirst())))),
            Map.entry("split", new Function(2, 2, Functions::split)),
            Map.entry("join", new Function(2, 2, Functions::join)),
            Map.entry("title", new Function(1, 1, a -> Value.of(title(text(a.getFirst()))))),
            Map.entry(
                    "lower", new Function(1, 1, a -> Value.of(text(a.getFirst()).toLowerCase(Locale.ROOT)))),
            Map.entry(
                    "upper", new Function(1, 1, a -> Value.of(text(a.getFirst()).toUpperCase(Locale.ROOT)))),
            Map.entry("pad", new Function(3, 3, Functions::pad)),
            Map.entry("truncate", new Function(2, 2, Functions::truncate)));

    private Functions() {}

    private interface Body {
        Value of(List<Value> arguments);
    }

    private record Function(int least, int most, Body body) {}

    /** An argument that a function can't do with. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refusal(String message) {
            super(message);
        }
    }

    static boolean isKnown(String name) {
        return ALL.containsKey(name) || LAZY.contains(name);
    }

    /** What is wrong with a call before it is made. */
    static Optional<String> wrongCount(String name, int count) {
        Function function = named(name);
        if (count >= function.least() && count <= function.most()) {
            return Optional.empty();
        }
        String want = function.least() == function.most() ? "" : "at least ";
        return Optional.of("wrong number of args for " + name + ": want " + want + function.least() + " got " + count);
    }

    /**
     * Calls a function.
     *
     * @param heading whether it is for the heading of a table, where functions leave names as they are
     * @throws Refusal with the reason
     */
    static Value call(String name, List<Value> arguments, boolean heading) {
        return heading && NOT_IN_HEADINGS.contains(name)
                ? arguments.getFirst()
                : named(name).body().of(arguments);
    }

    private static Function named(String name) {
        return Optional.ofNullable(ALL.get(name)).orElseThrow();
    }

    private static Value index(List<Value> arguments) {
        Value value = arguments.getFirst();
        for (Value key : arguments.subList(1, arguments.size())) {
            value = switch (value) {
                case Value.Items(List<Value> list) -> list.get(position(key, list.size() - 1));
                case Value.Text(String text) -> Value.of(text.charAt(position(key, text.length() - 1)));
                // Of Go's zero values for what is not there, the one that most of these have.
                case Value.Dictionary dictionary -> dictionary.entries().getOrDefault(text(key), Value.of(""));
                case Value.Struct struct -> struct.fields().getOrDefault(text(key), Value.nothing());
                case Value.Nothing _ -> throw new Refusal("index of untyped nil");
                case Value.Whole _, Value.Real _, Value.Flag _, Value.Method _ ->
                    throw new Refusal("can't index item of type " + value.type());
            };
        }
        return value;
    }

    private static Value slice(List<Value> arguments) {
        Value value = arguments.getFirst();
        int length = (int) length(value);
        int from = arguments.size() > 1 ? position(arguments.get(1), length) : 0;
        int to = arguments.size() > 2 ? position(arguments.get(2), length) : length;
        if (from > to) {
            throw new Refusal("invalid slice index: " + from + " > " + to);
        }
        return switch (value) {
            case Value.Items(List<Value> list) -> new Value.Items(list.subList(from, to));
            case Value.Text(String text) -> Value.of(text.substring(from, to));
            default -> throw new Refusal("can't slice item of type " + value.type());
        };
    }

    private static int position(Value key, int last) {
        if (!(key instanceof Value.Whole(long number))) {
            throw new Refusal("cannot index slice/array with type " + key.type());
        }
        if (number < 0 || number > last) {
            throw new Refusal("index out of range: " + number);
        }
        return (int) number;
    }

    private static long length(Value value) {
        return switch (value) {
            case Value.Text(String text) -> text.length();
            case Value.Items(List<Value> list) -> list.size();
            case Value.Dictionary dictionary -> dictionary.entries().size();
            case Value.Nothing _ -> throw new Refusal("len of nil pointer");
            case Value.Whole _, Value.Real _, Value.Flag _, Value.Struct _, Value.Method _ ->
                throw new Refusal("len of type " + value.type());
        };
    }

    private static Value split(List<Value> arguments) {
        String text = text(arguments.getFirst());
        String separator = text(arguments.getLast());
        return Value.of(
                separator.isEmpty()
                        ? text.codePoints().mapToObj(Character::toString).toList()
                        : Arrays.asList(text.split(Pattern.quote(separator), -1)));
    }

    private static Value join(List<Value> arguments) {
        String separator = text(arguments.getLast());
        return switch (arguments.getFirst()) {
            case Value.Nothing _ -> Value.of("");
            case Value.Items(List<Value> list) ->
                Value.of(String.join(separator, list.stream().map(Print::text).toList()));
            case Value.Dictionary dictionary -> Value.of(String.join(separator, Print.texts(dictionary.entries())));
            case Value other -> throw new Refusal("expected slice, got " + other.type());
        };
    }

    private static String title(String text) {
        return WORD_START.matcher(text).replaceAll(letter -> letter.group().toUpperCase(Locale.ROOT));
    }

    private static Value pad(List<Value> arguments) {
        String text = text(arguments.getFirst());
        List<Value> counts = new ArrayList<>(arguments.subList(1, 3));
        return Value.of(
                text.isEmpty()
                        ? text
                        : " ".repeat(position(counts.getFirst(), LONGEST_PADDING))
                                + text
                                + " ".repeat(position(counts.getLast(), LONGEST_PADDING)));
    }

    private static Value truncate(List<Value> arguments) {
        String text = text(arguments.getFirst());
        int length = position(arguments.getLast(), Integer.MAX_VALUE - 1);
        return Value.of(
                text.codePointCount(0, text.length()) <= length
                        ? text
                        : text.substring(0, text.offsetByCodePoints(0, length)));
    }

    private static String text(Value value) {
        if (value instanceof Value.Text(String text)) {
            return text;
        }
        throw new Refusal("wrong type for value; expected string; got " + value.type());
    }
}
