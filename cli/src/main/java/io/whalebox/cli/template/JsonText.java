package io.whalebox.cli.template;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Values as JSON has them (RFC 8259), and strings for the few places that write a line by hand. */
public final class JsonText {
    private JsonText() {}

    /** In one line, without white space. */
    public static String line(Value value) {
        StringBuilder out = new StringBuilder();
        write(value, out, "", "");
        return out.toString();
    }

    /** With each member in a line of its own and four spaces a level, as {@code inspect} prints it. */
    public static String pretty(Value value) {
        StringBuilder out = new StringBuilder();
        write(value, out, "    ", "\n");
        return out.toString();
    }

    /**
     * @param indent of each level; empty for all in one line
     * @param end of a line, with the indentation of what follows
     */
    private static void write(Value value, StringBuilder out, String indent, String end) {
        switch (value) {
            case Value.Nothing _, Value.Method _ -> out.append("null");
            case Value.Text(String text) -> out.append(quote(text));
            case Value.Whole(long number) -> out.append(number);
            case Value.Real(double number) -> out.append(Print.real(number));
            case Value.Flag(boolean on) -> out.append(on);
            case Value.Items(List<Value> list) -> {
                Iterator<Value> items = list.iterator();
                enclose('[', ']', !list.isEmpty(), out, end, () -> {
                    while (items.hasNext()) {
                        out.append(end).append(end.isEmpty() ? "" : indent);
                        write(items.next(), out, indent, end.isEmpty() ? "" : end + indent);
                        out.append(items.hasNext() ? "," : "");
                    }
                });
            }
            case Value.Dictionary dictionary -> writeMembers(dictionary.entries(), Set.of(), out, indent, end);
            case Value.Struct struct -> writeMembers(struct.fields(), struct.optional(), out, indent, end);
        }
    }

    private static void writeMembers(
            Map<String, Value> members, Set<String> optional, StringBuilder out, String indent, String end) {
        Iterator<Map.Entry<String, Value>> entries = members.entrySet().stream()
                .filter(member -> !(member.getValue() instanceof Value.Method))
                .filter(member ->
                        !optional.contains(member.getKey()) || member.getValue().isTrue())
                .iterator();
        enclose('{', '}', entries.hasNext(), out, end, () -> {
            while (entries.hasNext()) {
                Map.Entry<String, Value> member = entries.next();
                out.append(end).append(end.isEmpty() ? "" : indent);
                out.append(quote(member.getKey())).append(end.isEmpty() ? ":" : ": ");
                write(member.getValue(), out, indent, end.isEmpty() ? "" : end + indent);
                out.append(entries.hasNext() ? "," : "");
            }
        });
    }

    private static void enclose(
            char open, char close, boolean filled, StringBuilder out, String end, Runnable content) {
        out.append(open);
        content.run();
        out.append(filled ? end : "").append(close);
    }

    public static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                    // Lone surrogates too: they have no UTF-8 form.
                    if (c < 0x20 || c == 0x7f || Character.isSurrogate(c) || !Quotation.isPrintable(c)) {
                        String digits = Integer.toHexString(c);
                        quoted.append("\\u").repeat('0', 4 - digits.length()).append(digits);
                    } else {
                        quoted.append(c);
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }
}
