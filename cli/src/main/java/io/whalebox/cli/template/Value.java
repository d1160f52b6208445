package io.whalebox.cli.template;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** What a template is evaluated over and what its expressions come to. Never changes. */
public sealed interface Value {
    /** Go's nil. */
    record Nothing() implements Value {}

    record Text(String text) implements Value {}

    record Whole(long number) implements Value {}

    record Real(double number) implements Value {}

    record Flag(boolean on) implements Value {}

    record Items(List<Value> list) implements Value {
        public Items {
            list = List.copyOf(list);
        }
    }

    /** Names that are data, such as labels: one that is not there is no error, and JSON has them in their order. */
    record Dictionary(SortedMap<String, Value> entries) implements Value {
        public Dictionary {
            entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
        }
    }

    /**
     * Fields that are always there: naming another one is a mistake of the template's author.
     *
     * @param type names it in messages
     * @param fields in the order that JSON has
     * @param optional those that JSON leaves out while they are empty
     */
    record Struct(String type, SequencedMap<String, Value> fields, Set<String> optional) implements Value {
        public Struct {
            fields = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
            optional = Set.copyOf(optional);
        }
    }

    /** A field that takes one text, as in {@code {{.Label "name"}}}. JSON leaves it out. */
    record Method(UnaryOperator<String> answer) implements Value {}

    static Value nothing() {
        return new Nothing();
    }

    static Value of(String text) {
        return new Text(text);
    }

    static Value of(long number) {
        return new Whole(number);
    }

    static Value of(boolean on) {
        return new Flag(on);
    }

    static Value of(List<String> texts) {
        return new Items(texts.stream().map(Value::of).toList());
    }

    /** A dictionary of texts. */
    static Value of(Map<String, String> texts) {
        SortedMap<String, Value> entries = new TreeMap<>();
        texts.forEach((name, text) -> entries.put(name, of(text)));
        return new Dictionary(entries);
    }

    static Value orNothing(Optional<? extends Value> value) {
        return value.isPresent() ? value.get() : nothing();
    }

    /** A row of texts. */
    static Struct row(String type, Map<String, String> texts) {
        Fields fields = struct(type);
        texts.forEach((name, text) -> fields.put(name, of(text)));
        return fields.end();
    }

    /** Begins a structure; its fields stand in JSON in the order in which they are put here. */
    static Fields struct(String type) {
        return new Fields(type);
    }

    /** A structure that is being filled. */
    final class Fields {
        private final String type;
        private final SequencedMap<String, Value> fields = new LinkedHashMap<>();
        private final Set<String> optional = new HashSet<>();

        private Fields(String type) {
            this.type = type;
        }

        public Fields put(String name, Value value) {
            fields.put(name, value);
            return this;
        }

        public Fields put(String name, String text) {
            return put(name, of(text));
        }

        public Fields put(String name, long number) {
            return put(name, of(number));
        }

        public Fields put(String name, boolean on) {
            return put(name, of(on));
        }

        /** A field that templates always find, and JSON has only while it is not empty. */
        public Fields putUnlessEmpty(String name, Value value) {
            optional.add(name);
            return put(name, value);
        }

        public Struct end() {
            return new Struct(type, fields, optional);
        }
    }

    /** Whether {@code if} takes it for true: not empty, not zero, not false. */
    default boolean isTrue() {
        return switch (this) {
            case Nothing _ -> false;
            case Text(String text) -> !text.isEmpty();
            case Whole(long number) -> number != 0;
            case Real(double number) -> number != 0;
            case Flag(boolean on) -> on;
            case Items(List<Value> list) -> !list.isEmpty();
            case Dictionary(SortedMap<String, Value> entries) -> !entries.isEmpty();
            case Struct _, Method _ -> true;
        };
    }

    /** What messages call its type. */
    default String type() {
        return switch (this) {
            case Nothing _ -> "nil";
            case Text _ -> "string";
            case Whole _ -> "int";
            case Real _ -> "float64";
            case Flag _ -> "bool";
            case Items _ -> "slice";
            case Dictionary _ -> "map";
            case Struct struct -> struct.type();
            case Method _ -> "func";
        };
    }
}
