package io.whalebox.engine;

import io.avaje.json.JsonAdapter;
import io.avaje.json.JsonReader;
import io.avaje.json.JsonWriter;
import io.avaje.jsonb.Json;
import io.avaje.jsonb.Jsonb;
import io.avaje.jsonb.Types;
import io.avaje.jsonb.spi.JsonbComponent;
import io.whalebox.image.JsonFormats;
import io.whalebox.jsonb.GeneratedJsonComponent;
import io.whalebox.linux.RawText;
import io.whalebox.linux.Signal;
import io.whalebox.runtime.Spec;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * How what is written down of containers looks in JSON. JSON is made of characters, while arguments, variables and
 * paths are bytes: one that is no part of a character ({@link RawText}) is written as {@code \u0000} and two hexadecimal
 * digits, which no such text can hold otherwise.
 */
@Json.Import({Spec.IdMapping.class, Spec.Rlimit.class})
final class RecordFormat {
    /** Of this module and of those whose records are parts of its own. */
    static final JsonbComponent[] GENERATED = {
        new io.whalebox.runtime.jsonb.GeneratedJsonComponent(),
        new io.whalebox.network.jsonb.GeneratedJsonComponent(),
        new GeneratedJsonComponent(),
        new EngineJsonComponent()
    };

    private static final char ESCAPE = '\0';
    private static final int HEX = 16;

    private RecordFormat() {}

    /** Makes the format; worth keeping. */
    static Jsonb make() {
        return JsonFormats.make(
                json -> json.add(String.class, new TextAdapter().nullSafe())
                        .add(Path.class, new PathAdapter().nullSafe())
                        .add(Signal.class, new SignalAdapter().nullSafe())
                        .add(
                                Types.newParameterizedType(Map.class, String.class, String.class),
                                new TextMapAdapter().nullSafe())
                        .add(Types.newParameterizedType(SortedSet.class, String.class), new SetAdapter().nullSafe()),
                GENERATED);
    }

    private static String escaped(String text) {
        boolean plain = true;
        for (int i = 0; plain && i < text.length(); i++) {
            plain = !Character.isSurrogate(text.charAt(i));
        }
        if (plain) {
            return text;
        }
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints().forEach(character -> {
            if (RawText.isForeign(character)) {
                escaped.append(ESCAPE).append(Integer.toHexString(character & 0xff));
            } else {
                escaped.appendCodePoint(character);
            }
        });
        return escaped.toString();
    }

    private static String unescaped(String text) {
        if (text.indexOf(ESCAPE) < 0) {
            return text;
        }
        StringBuilder raw = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == ESCAPE && i + 2 < text.length()) {
                raw.append((char) ('\udc00' | Integer.parseInt(text, i + 1, i + 3, HEX)));
                i += 2;
            } else {
                raw.append(text.charAt(i));
            }
        }
        return raw.toString();
    }

    private static final class TextAdapter implements JsonAdapter<String> {
        @Override
        public void toJson(JsonWriter writer, String text) {
            writer.value(escaped(text));
        }

        @Override
        public String fromJson(JsonReader reader) {
            return unescaped(reader.readString());
        }
    }

    private static final class PathAdapter implements JsonAdapter<Path> {
        @Override
        public void toJson(JsonWriter writer, Path path) {
            writer.value(escaped(path.toString()));
        }

        @Override
        public Path fromJson(JsonReader reader) {
            return Path.of(unescaped(reader.readString()));
        }
    }

    private static final class SignalAdapter implements JsonAdapter<Signal> {
        @Override
        public void toJson(JsonWriter writer, Signal signal) {
            writer.value(signal.number());
        }

        @Override
        public Signal fromJson(JsonReader reader) {
            return new Signal(reader.readInt());
        }
    }

    private static final class TextMapAdapter implements JsonAdapter<Map<String, String>> {
        @Override
        public void toJson(JsonWriter writer, Map<String, String> map) {
            writer.beginObject();
            map.forEach((name, value) -> {
                writer.name(escaped(name));
                writer.value(escaped(value));
            });
            writer.endObject();
        }

        @Override
        public Map<String, String> fromJson(JsonReader reader) {
            Map<String, String> map = new TreeMap<>();
            reader.beginObject();
            while (reader.hasNextField()) {
                map.put(unescaped(reader.nextField()), unescaped(reader.readString()));
            }
            reader.endObject();
            return map;
        }
    }

    private static final class SetAdapter implements JsonAdapter<SortedSet<String>> {
        @Override
        public void toJson(JsonWriter writer, SortedSet<String> set) {
            writer.beginArray();
            set.forEach(element -> writer.value(escaped(element)));
            writer.endArray();
        }

        @Override
        public SortedSet<String> fromJson(JsonReader reader) {
            SortedSet<String> set = new TreeSet<>();
            reader.beginArray();
            while (reader.hasNextElement()) {
                set.add(unescaped(reader.readString()));
            }
            reader.endArray();
            return set;
        }
    }
}
