package io.whalebox.cli.template;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Values as text: what Go's package fmt makes of them. */
final class Print {
    private static final Pattern VERB =
            Pattern.compile("%([-+# 0]*)(\\d{1,4})?(?:\\.(\\d{1,4})?)?(.)?", Pattern.DOTALL);

    private Print() {}

    /** As {@code %v}. */
    static String text(Value value) {
        return switch (value) {
            case Value.Nothing _ -> "<nil>";
            case Value.Text(String text) -> text;
            case Value.Whole(long number) -> String.valueOf(number);
            case Value.Real(double number) -> real(number);
            case Value.Flag(boolean on) -> String.valueOf(on);
            case Value.Items(List<Value> list) ->
                list.stream().map(Print::text).collect(Collectors.joining(" ", "[", "]"));
            case Value.Dictionary dictionary ->
                dictionary.entries().entrySet().stream()
                        .map(entry -> entry.getKey() + ':' + text(entry.getValue()))
                        .collect(Collectors.joining(" ", "map[", "]"));
            case Value.Struct struct ->
                struct.fields().values().stream().map(Print::text).collect(Collectors.joining(" ", "{", "}"));
            case Value.Method _ -> "func";
        };
    }

    /** The shortest that means the same number, without an exponent as long as that is readable. */
    static String real(double number) {
        if (Double.isNaN(number)) {
            return "NaN";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "+Inf" : "-Inf";
        }
        double size = Math.abs(number);
        if (size != 0 && (size < 1e-4 || size >= 1e21)) {
            String text = Double.toString(number).replace(".0E", "E");
            Matcher exponent = Pattern.compile("E(-?)(\\d+)").matcher(text);
            return exponent.replaceAll(
                    m -> "e" + (m.group(1).isEmpty() ? "+" : "-") + (m.group(2).length() < 2 ? "0" : "") + m.group(2));
        }
        BigDecimal plain = BigDecimal.valueOf(number).stripTrailingZeros();
        return plain.signum() == 0 ? "0" : plain.toPlainString();
    }

    /** All of them, with spaces between those of which neither is a text. */
    static String all(List<Value> values) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < values.size(); i++) {
            boolean texts = i == 0 || values.get(i) instanceof Value.Text || values.get(i - 1) instanceof Value.Text;
            all.append(texts ? "" : " ").append(text(values.get(i)));
        }
        return all.toString();
    }

    /** All of them with spaces between. */
    static String words(List<Value> values) {
        return values.stream().map(Print::text).collect(Collectors.joining(" "));
    }

    /** As Go's Printf, for those verbs that values of templates have. */
    static String format(String format, List<Value> values) {
        StringBuilder out = new StringBuilder();
        Matcher verb = VERB.matcher(format);
        int used = 0;
        while (verb.find()) {
            String letter = verb.group(4);
            if (letter == null) {
                verb.appendReplacement(out, Matcher.quoteReplacement("%!(NOVERB)"));
            } else if (letter.equals("%")) {
                verb.appendReplacement(out, "%");
            } else if (used >= values.size()) {
                verb.appendReplacement(out, Matcher.quoteReplacement("%!" + letter + "(MISSING)"));
            } else {
                verb.appendReplacement(out, Matcher.quoteReplacement(one(verb, letter.charAt(0), values.get(used++))));
            }
        }
        verb.appendTail(out);
        if (used < values.size()) {
            List<String> extra = new ArrayList<>();
            values.subList(used, values.size()).forEach(value -> extra.add(value.type() + "=" + text(value)));
            out.append("%!(EXTRA ").append(String.join(", ", extra)).append(')');
        }
        return out.toString();
    }

    private static String one(Matcher verb, char letter, Value value) {
        String flags = verb.group(1);
        int precision = verb.group(3) == null ? -1 : Integer.parseInt(verb.group(3));
        String text = switch (letter) {
            case 'v' ->
                flags.contains("#") && value instanceof Value.Text(String it) ? Quotation.quote(it) : text(value);
            case 's' -> string(value, precision);
            case 'q' -> value instanceof Value.Text(String it) ? Quotation.quote(it) : wrong(letter, value);
            case 't' -> value instanceof Value.Flag ? text(value) : wrong(letter, value);
            case 'T' -> value.type();
            case 'd', 'b', 'o', 'x', 'X', 'c' -> integer(letter, value);
            case 'f', 'F', 'e', 'g' ->
                value instanceof Value.Real(double number)
                        ? letter == 'g' && precision < 0
                                ? real(number)
                                : ("%." + (precision < 0 ? 6 : precision) + Character.toLowerCase(letter))
                                        .formatted(number)
                        : wrong(letter, value);
            default -> wrong(letter, value);
        };
        boolean number = value instanceof Value.Whole || value instanceof Value.Real;
        if (flags.contains("+") && number && !text.startsWith("-")) {
            text = "+" + text;
        }
        return padded(text, flags, verb.group(2) == null ? 0 : Integer.parseInt(verb.group(2)), number);
    }

    private static String string(Value value, int precision) {
        if (value instanceof Value.Whole || value instanceof Value.Real || value instanceof Value.Flag) {
            return wrong('s', value);
        }
        String text = text(value);
        return precision < 0 || text.codePointCount(0, text.length()) <= precision
                ? text
                : text.substring(0, text.offsetByCodePoints(0, precision));
    }

    private static String integer(char letter, Value value) {
        if (value instanceof Value.Text(String text) && (letter == 'x' || letter == 'X')) {
            String digits = java.util.HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return letter == 'x' ? digits : digits.toUpperCase(Locale.ROOT);
        }
        if (!(value instanceof Value.Whole(long number))) {
            return wrong(letter, value);
        }
        return switch (letter) {
            case 'd' -> Long.toString(number);
            case 'b' -> Long.toString(number, 2);
            case 'o' -> Long.toString(number, 8);
            case 'x' -> Long.toString(number, 16);
            case 'X' -> Long.toString(number, 16).toUpperCase(Locale.ROOT);
            default -> Character.isValidCodePoint((int) number) ? Character.toString((int) number) : "\ufffd";
        };
    }

    private static String padded(String text, String flags, int width, boolean number) {
        int missing = width - text.codePointCount(0, text.length());
        if (missing <= 0) {
            return text;
        }
        if (flags.contains("-")) {
            return text + " ".repeat(missing);
        }
        if (flags.contains("0") && number) {
            int sign = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
            return text.substring(0, sign) + "0".repeat(missing) + text.substring(sign);
        }
        return " ".repeat(missing) + text;
    }

    private static String wrong(char letter, Value value) {
        return "%!" + letter + "(" + value.type() + "=" + text(value) + ")";
    }

    /** What a template prints of a value: of one that is not there, that it is not. */
    static String output(Value value) {
        return value instanceof Value.Nothing ? "<no value>" : text(value);
    }

    /** Values of a dictionary or a list as texts. */
    static List<String> texts(Map<String, Value> entries) {
        return entries.values().stream().map(Print::text).sorted().toList();
    }
}
