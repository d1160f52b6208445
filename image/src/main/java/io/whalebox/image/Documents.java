package io.whalebox.image;

import io.avaje.json.JsonAdapter;
import io.avaje.json.JsonDataException;
import io.avaje.json.JsonException;
import io.avaje.json.JsonReader;
import io.avaje.json.JsonWriter;
import io.avaje.jsonb.Jsonb;
import io.avaje.jsonb.Types;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * JSON from outside: manifests, configurations, the lists in archives. All of it is hostile until it is a record, so it
 * is read only up to a size and a depth, and whatever is wrong with it becomes one line that names the document.
 */
public final class Documents {
    /** What registries and containerd allow for a manifest, and ample for a configuration. */
    public static final int LARGEST = 4 << 20;

    /** Deeper than any real document; the parser recurses, and its stack ends. */
    private static final int DEEPEST = 64;

    private static final Jsonb JSON = JsonFormats.make(json -> json.serializeEmpty(false)
            .add(Digest.class, new DigestAdapter().nullSafe())
            .add(Instant.class, new InstantAdapter().nullSafe())
            .add(Types.newParameterizedType(Map.class, String.class, String.class), new TextMapAdapter())
            .add(Types.newParameterizedType(SortedSet.class, String.class), new SetAdapter()));

    private Documents() {}

    /** Makes the adapters of what every look at an image reads. */
    static void prepare() {
        JSON.type(ImageConfig.class);
    }

    /**
     * Reads one object.
     *
     * @param what names the document in a message, such as {@code manifest.json}
     */
    public static <T> T read(Class<T> type, byte[] json, String what) {
        return read(bytes -> required(JSON.type(type).fromJson(bytes), "document"), json, what);
    }

    /** Reads an array of objects. */
    public static <T> List<T> readList(Class<T> type, byte[] json, String what) {
        return read(bytes -> list(JSON.type(type).list().fromJson(bytes)), json, what);
    }

    /** Writes without white space and without what is empty, and the same each time: the bytes will be hashed. */
    public static <T> byte[] write(Class<T> type, T document) {
        return JSON.type(type).toJsonBytes(document);
    }

    /** The same for an array. */
    static <T> byte[] writeList(Class<T> type, List<T> documents) {
        return JSON.type(type).list().toJsonBytes(documents);
    }

    /** A list that the document left out or wrote as null is empty. */
    public static <T> List<T> list(@Nullable List<T> list) {
        if (list == null) {
            return List.of();
        }
        if (list.stream().anyMatch(element -> element == null)) {
            throw new JsonDataException("a list holds null");
        }
        return List.copyOf(list);
    }

    /** The same for a map, in the order of its keys, as Go writes them. */
    public static Map<String, String> map(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(map));
    }

    /** The same for a set. */
    static SortedSet<String> set(@Nullable SortedSet<String> set) {
        return set == null ? Collections.emptySortedSet() : Collections.unmodifiableSortedSet(new TreeSet<>(set));
    }

    /** The same for one value: the parser gives null where a document says null. */
    public static <T> Optional<T> optional(Optional<T> value) {
        return Objects.requireNonNullElse(value, Optional.empty());
    }

    /** The same for a text, of which Go leaves out the empty one too. */
    public static Optional<String> text(Optional<String> value) {
        return optional(value).filter(text -> !text.isEmpty());
    }

    /** A value that the document may not leave out. */
    public static <T> T required(@Nullable T value, String field) {
        if (value == null) {
            throw new JsonDataException("the field " + field + " is missing");
        }
        return value;
    }

    private static <T> T read(Function<byte[], T> parser, byte[] json, String what) {
        check(json, what);
        try {
            return parser.apply(json);
        } catch (JsonException e) {
            throw malformed(what, oneLine(e));
        } catch (WhaleboxException e) {
            throw malformed(what, String.valueOf(e.getMessage()));
        }
    }

    /** Refuses what can't be read without harm, for those who read with a parser of their own. */
    public static void check(byte[] json, String what) {
        if (json.length > LARGEST) {
            throw malformed(what, "it is larger than " + LARGEST + " bytes");
        }
        try {
            checkShape(json);
        } catch (JsonException e) {
            throw malformed(what, oneLine(e));
        }
    }

    private static WhaleboxException malformed(String what, String why) {
        return new WhaleboxException(ErrorKind.INVALID, what + " is malformed: " + why);
    }

    /** The parser quotes what it found, which is the archive author's text: no line breaks or escapes pass. */
    private static String oneLine(JsonException e) {
        int longest = 200;
        String text =
                String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}+", " ").strip();
        return text.length() <= longest ? text : text.substring(0, longest) + "…";
    }

    /** Refuses nesting that would exhaust the parser's stack, and anything after the first value. */
    private static void checkShape(byte[] json) {
        int depth = 0;
        boolean inString = false;
        boolean ended = false;
        for (int i = 0; i < json.length; i++) {
            byte c = json[i];
            if (inString) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    inString = false;
                }
                continue;
            }
            if (ended && c > ' ') {
                throw new JsonDataException("something follows its end");
            }
            switch (c) {
                case '"' -> inString = true;
                case '{', '[' -> {
                    if (++depth > DEEPEST) {
                        throw new JsonDataException("it is nested deeper than " + DEEPEST + " levels");
                    }
                }
                case '}', ']' -> ended = --depth <= 0;
                default -> {}
            }
        }
    }

    private static final class DigestAdapter implements JsonAdapter<Digest> {
        @Override
        public void toJson(JsonWriter writer, Digest digest) {
            writer.value(digest.toString());
        }

        @Override
        public Digest fromJson(JsonReader reader) {
            return Digest.parse(reader.readString());
        }
    }

    /** RFC 3339 with any offset, as Go writes times. */
    private static final class InstantAdapter implements JsonAdapter<Instant> {
        @Override
        public void toJson(JsonWriter writer, Instant instant) {
            writer.value(instant.toString());
        }

        @Override
        public Instant fromJson(JsonReader reader) {
            String text = reader.readString();
            try {
                return OffsetDateTime.parse(text).toInstant();
            } catch (DateTimeException e) {
                throw new JsonDataException("not a time: " + text, e);
            }
        }
    }

    /** Texts by name. What is empty is left out by writing null, which the writer drops with its name. */
    private static final class TextMapAdapter implements JsonAdapter<Map<String, String>> {
        @Override
        public void toJson(JsonWriter writer, Map<String, String> map) {
            if (map.isEmpty()) {
                writer.nullValue();
                return;
            }
            writer.beginObject();
            map.forEach((name, value) -> {
                writer.name(name);
                writer.value(value);
            });
            writer.endObject();
        }

        @Override
        public Map<String, String> fromJson(JsonReader reader) {
            Map<String, String> map = new TreeMap<>();
            readMembers(reader, name -> map.put(name, reader.isNullValue() ? "" : reader.readString()));
            return map;
        }
    }

    /** A set as Go writes it: an object with the elements as names of empty objects. */
    private static final class SetAdapter implements JsonAdapter<SortedSet<String>> {
        @Override
        public void toJson(JsonWriter writer, SortedSet<String> set) {
            if (set.isEmpty()) {
                writer.nullValue();
                return;
            }
            writer.beginObject();
            for (String element : set) {
                writer.name(element);
                writer.beginObject();
                writer.endObject();
            }
            writer.endObject();
        }

        @Override
        public SortedSet<String> fromJson(JsonReader reader) {
            SortedSet<String> set = new TreeSet<>();
            readMembers(reader, name -> {
                set.add(name);
                reader.skipValue();
            });
            return set;
        }
    }

    /** An object, or null, which has no members. */
    private static void readMembers(JsonReader reader, Consumer<String> member) {
        if (reader.isNullValue()) {
            return;
        }
        reader.beginObject();
        while (reader.hasNextField()) {
            member.accept(reader.nextField());
        }
        reader.endObject();
    }
}
