package io.whalebox.runtime.seccomp;

import io.avaje.json.JsonReader;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A JSON value that knows its place in the document, so that an error can name it. Profiles come from outside: depth
 * is bounded here, size by whoever provides the reader.
 */
final class JsonElement {
    private static final int MAX_DEPTH = 16;
    private static final int MAX_SHOWN = 60;
    private static final BigInteger MAX_UNSIGNED = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private final String path;
    private final Object value;

    /** A number as it is written, for neither {@code long} nor {@code double} holds all of them. */
    private record Digits(String text) {
        @Override
        public String toString() {
            return text;
        }
    }

    private enum Null {
        NULL
    }

    private JsonElement(String path, Object value) {
        this.path = path;
        this.value = value;
    }

    /**
     * Reads one value.
     *
     * @param path what errors call the value itself
     */
    static JsonElement read(JsonReader reader, String path) {
        return new JsonElement(path, read(reader, path, MAX_DEPTH));
    }

    private static Object read(JsonReader reader, String path, int depth) {
        if (depth == 0) {
            throw invalid(path, "is nested too deeply");
        }
        return switch (reader.currentToken()) {
            case BEGIN_OBJECT -> {
                Map<String, Object> members = new LinkedHashMap<>();
                reader.beginObject();
                while (reader.hasNextField()) {
                    String name = reader.nextField();
                    members.put(name, read(reader, path, depth - 1));
                }
                reader.endObject();
                yield members;
            }
            case BEGIN_ARRAY -> {
                List<Object> elements = new ArrayList<>();
                reader.beginArray();
                while (reader.hasNextElement()) {
                    elements.add(read(reader, path, depth - 1));
                }
                reader.endArray();
                yield elements;
            }
            case STRING -> reader.readString();
            case NUMBER -> new Digits(reader.readRaw());
            case BOOLEAN -> reader.readBoolean();
            case NULL -> {
                // This is how the reader steps over it.
                reader.isNullValue();
                yield Null.NULL;
            }
        };
    }

    /** The member of this object with that name, unless it is missing or null, which Go takes for the same. */
    Optional<JsonElement> member(String name) {
        if (!(value instanceof Map<?, ?> members)) {
            throw invalid("is not an object");
        }
        Object member = members.get(name);
        return member == null || member == Null.NULL
                ? Optional.empty()
                : Optional.of(new JsonElement(path.isEmpty() ? name : path + "." + name, member));
    }

    /** The member's elements, converted; none when there is no such member. */
    <T> List<T> list(String name, Function<JsonElement, T> conversion) {
        return member(name)
                .map(member -> member.elements().stream().map(conversion).toList())
                .orElse(List.of());
    }

    private List<JsonElement> elements() {
        if (!(value instanceof List<?> list)) {
            throw invalid("is not a list");
        }
        List<JsonElement> elements = new ArrayList<>();
        for (Object element : list) {
            elements.add(new JsonElement(path + "[" + elements.size() + "]", element == null ? Null.NULL : element));
        }
        return elements;
    }

    String string() {
        if (value instanceof String string) {
            return string;
        }
        throw invalid("is not a string");
    }

    /** A whole number of 64 bits without a sign. */
    long unsignedLong() {
        return number(MAX_UNSIGNED).longValue();
    }

    int number(int max) {
        return number(BigInteger.valueOf(max)).intValue();
    }

    private BigInteger number(BigInteger max) {
        // At most twenty digits hold a number of 64 bits; a longer one is not even converted.
        if (value instanceof Digits(String text) && text.matches("[0-9]{1,20}")) {
            BigInteger number = new BigInteger(text);
            if (number.compareTo(max) <= 0) {
                return number;
            }
        }
        throw invalid("is not a whole number from 0 to " + max);
    }

    /** An error about this value. */
    WhaleboxException invalid(String problem) {
        boolean simple = value instanceof String || value instanceof Digits || value instanceof Boolean;
        return invalid(path, simple ? shown(String.valueOf(value)) + " " + problem : problem);
    }

    private static WhaleboxException invalid(String path, String problem) {
        return new WhaleboxException(ErrorKind.INVALID, path.isEmpty() ? problem : path + ": " + problem);
    }

    /** Quoted, short and on one line, whatever it is. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(MAX_SHOWN).forEach(c -> shown.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return '"' + shown.toString() + (text.length() > MAX_SHOWN ? "…" : "") + '"';
    }
}
