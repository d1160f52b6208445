package io.whalebox.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The part of Go's templates that people put behind {@code --format}: text, {@code {{.Field}}}, {@code {{json .}}} and
 * {@code {{json .Field}}}, with {@code \t} and {@code \n} written as escapes.
 */
final class Template {
    private sealed interface Part permits Text, Field, Json, Whole {}

    private record Text(String text) implements Part {}

    private record Field(String name) implements Part {}

    private record Json(String name) implements Part {}

    private record Whole() implements Part {}

    private final List<Part> parts;

    private Template(List<Part> parts) {
        this.parts = parts;
    }

    static Template parse(String source) {
        List<Part> parts = new ArrayList<>();
        int at = 0;
        while (at < source.length()) {
            int open = source.indexOf("{{", at);
            if (open < 0) {
                parts.add(new Text(unescape(source.substring(at))));
                break;
            }
            if (open > at) {
                parts.add(new Text(unescape(source.substring(at, open))));
            }
            int close = source.indexOf("}}", open);
            if (close < 0) {
                throw Strconv.invalid("template parsing error: unclosed action in " + Strconv.quote(source));
            }
            parts.add(action(source.substring(open + 2, close).strip()));
            at = close + 2;
        }
        return new Template(List.copyOf(parts));
    }

    private static Part action(String action) {
        boolean json = action.startsWith("json ");
        String operand = json ? action.substring("json ".length()).strip() : action;
        if (json && operand.equals(".")) {
            return new Whole();
        }
        String name = operand.startsWith(".") ? operand.substring(1) : "";
        if (name.isEmpty() || !name.chars().allMatch(Character::isLetterOrDigit)) {
            throw Strconv.invalid("template parsing error: " + Strconv.quote(action)
                    + " is not understood; there are {{.Field}}, {{json .Field}} and {{json .}}");
        }
        return json ? new Json(name) : new Field(name);
    }

    private static String unescape(String text) {
        return text.replace("\\t", "\t").replace("\\n", "\n");
    }

    /** The text for one row. */
    String apply(Map<String, String> row) {
        StringBuilder text = new StringBuilder();
        for (Part part : parts) {
            switch (part) {
                case Text(String literal) -> text.append(literal);
                case Field(String name) -> text.append(Printable.of(field(row, name)));
                case Json(String name) -> text.append(JsonText.quote(field(row, name)));
                case Whole() -> text.append(Table.jsonObject(row));
            }
        }
        return text.toString();
    }

    private static String field(Map<String, String> row, String name) {
        String value = row.getOrDefault(name, "");
        if (!row.containsKey(name)) {
            throw Strconv.invalid("template error: there is no field " + Strconv.quote(name) + "; there are "
                    + String.join(", ", row.keySet()));
        }
        return value;
    }
}
