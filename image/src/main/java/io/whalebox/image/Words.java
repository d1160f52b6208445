package io.whalebox.image;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Takes an instruction's argument apart as a Dockerfile does, which is nearly as a shell does: words between white
 * space, single quotes that keep all, double quotes and bare text in which a backslash escapes and {@code $NAME}, {@code
 * ${NAME}}, {@code ${NAME:-word}} and {@code ${NAME:+word}} are replaced.
 */
final class Words {
    private final String text;
    private final Map<String, String> variables;
    private int position;

    private Words(String text, Map<String, String> variables) {
        this.text = text;
        this.variables = variables;
    }

    /** The words of a text. */
    static List<String> split(String text, Map<String, String> variables) {
        Words words = new Words(text, variables);
        List<String> split = new ArrayList<>();
        words.skipSpace();
        while (words.more()) {
            split.add(words.word());
            words.skipSpace();
        }
        return split;
    }

    /** A text as one word, with the space in it. */
    static String expand(String text, Map<String, String> variables) {
        Words words = new Words(text, variables);
        StringBuilder out = new StringBuilder();
        while (words.more()) {
            words.piece(out);
        }
        return out.toString();
    }

    private String word() {
        StringBuilder out = new StringBuilder();
        while (more() && !Character.isWhitespace(peek())) {
            piece(out);
        }
        return out.toString();
    }

    private void piece(StringBuilder out) {
        switch (peek()) {
            case '\'' -> singleQuoted(out);
            case '"' -> doubleQuoted(out);
            case '\\' -> {
                position++;
                // At the very end it stands for itself.
                out.append(more() ? take() : '\\');
            }
            case '$' -> out.append(variable());
            default -> out.append(take());
        }
    }

    private void singleQuoted(StringBuilder out) {
        int end = text.indexOf('\'', position + 1);
        if (end < 0) {
            throw invalid("a single quote is not closed");
        }
        out.append(text, position + 1, end);
        position = end + 1;
    }

    private void doubleQuoted(StringBuilder out) {
        position++;
        while (more() && peek() != '"') {
            if (peek() == '$') {
                out.append(variable());
                continue;
            }
            char c = take();
            if (c == '\\' && more() && "\"$\\".indexOf(peek()) >= 0) {
                c = take();
            }
            out.append(c);
        }
        if (!more()) {
            throw invalid("a double quote is not closed");
        }
        position++;
    }

    private String variable() {
        position++;
        if (more() && peek() == '{') {
            return bracedVariable();
        }
        String name = name();
        return name.isEmpty() ? "$" : variables.getOrDefault(name, "");
    }

    private String bracedVariable() {
        int end = closingBrace();
        position++;
        String name = name();
        String modifier = text.substring(position, end);
        position = end + 1;
        if (name.isEmpty()) {
            throw invalid("bad substitution");
        }
        String value = variables.getOrDefault(name, "");
        if (modifier.isEmpty()) {
            return value;
        }
        boolean alsoEmpty = modifier.startsWith(":");
        String operator = alsoEmpty ? modifier.substring(1) : modifier;
        boolean given = alsoEmpty ? !value.isEmpty() : variables.containsKey(name);
        if (operator.startsWith("-")) {
            return given ? value : expand(operator.substring(1), variables);
        }
        if (operator.startsWith("+")) {
            return given ? expand(operator.substring(1), variables) : "";
        }
        throw invalid("unsupported modifier in a substitution");
    }

    /** The brace that closes the one at this position, with those within it closed before. */
    private int closingBrace() {
        int depth = 0;
        for (int i = position; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '{') {
                depth++;
            } else if (c == '}' && --depth == 0) {
                return i;
            }
        }
        throw invalid("a brace is not closed");
    }

    private String name() {
        int start = position;
        while (more() && isNamePart(peek(), position > start)) {
            position++;
        }
        return text.substring(start, position);
    }

    private static boolean isNamePart(char c, boolean later) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (later && c >= '0' && c <= '9');
    }

    private void skipSpace() {
        while (more() && Character.isWhitespace(peek())) {
            position++;
        }
    }

    private boolean more() {
        return position < text.length();
    }

    private char peek() {
        return text.charAt(position);
    }

    private char take() {
        return text.charAt(position++);
    }

    private WhaleboxException invalid(String why) {
        return new WhaleboxException(ErrorKind.INVALID, "failed to process \"" + text + "\": " + why);
    }
}
