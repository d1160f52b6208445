package io.whalebox.cli.template;

import io.whalebox.cli.template.Token.Kind;
import io.whalebox.linux.WhaleboxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Takes a template apart into literal text and the words of its actions. */
final class Lexer {
    private static final Set<String> KEYWORDS =
            Set.of("if", "else", "end", "range", "with", "break", "continue", "define", "template", "block", "nil");
    private static final String BLANKS = " \t\r\n";

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private boolean spaced;

    private Lexer(String source) {
        this.source = source;
    }

    static List<Token> tokens(String source) {
        Lexer lexer = new Lexer(source);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        boolean trimmed = false;
        while (at < source.length()) {
            int open = source.indexOf("{{", at);
            int end = open < 0 ? source.length() : open;
            boolean trimsBefore = open >= 0 && isTrimmed(open + 2);
            literal(at, end, trimmed, trimsBefore);
            if (open < 0) {
                break;
            }
            at = open + 2 + (trimsBefore ? 1 : 0);
            trimmed = isComment() ? comment() : action(open);
        }
        at = source.length();
        add(Kind.END_OF_TEMPLATE, at, at);
    }

    /** A dash trims only with white space behind it: without, it is the sign of a number. */
    private boolean isTrimmed(int dash) {
        return dash + 1 < source.length() && source.charAt(dash) == '-' && isBlank(source.charAt(dash + 1));
    }

    private void literal(int from, int to, boolean trimStart, boolean trimEnd) {
        int start = from;
        int end = to;
        while (trimStart && start < end && isBlank(source.charAt(start))) {
            start++;
        }
        while (trimEnd && end > start && isBlank(source.charAt(end - 1))) {
            end--;
        }
        if (start < end) {
            add(Kind.LITERAL, start, end);
        }
    }

    private boolean isComment() {
        return source.startsWith("/*", pastBlanks(at));
    }

    /** Skips a comment, and says whether it trims what follows. */
    private boolean comment() {
        int start = pastBlanks(at);
        int end = source.indexOf("*/", start);
        if (end < 0) {
            throw error(start, "unclosed comment");
        }
        int close = end + 2;
        boolean trims = source.startsWith(" -}}", close);
        if (!trims && !source.startsWith("}}", close)) {
            throw error(start, "comment ends before closing delimiter");
        }
        at = close + (trims ? 4 : 2);
        return trims;
    }

    private int pastBlanks(int from) {
        int position = from;
        while (position < source.length() && isBlank(source.charAt(position))) {
            position++;
        }
        return position;
    }

    /** One action, whose opening braces are behind; says whether it trims what follows. */
    private boolean action(int open) {
        tokens.add(new Token(Kind.ACTION_BEGIN, "{{", open, open + 2, false));
        int depth = 0;
        while (true) {
            int word = pastBlanks(at);
            spaced = word > at;
            at = word;
            boolean trims = spaced && source.startsWith("-}}", at);
            if (trims || source.startsWith("}}", at)) {
                if (depth > 0) {
                    throw error(at, "unclosed left paren");
                }
                tokens.add(new Token(Kind.ACTION_END, "}}", at, at + 2, spaced));
                at += trims ? 3 : 2;
                return trims;
            }
            if (at >= source.length()) {
                throw error(at, "unclosed action");
            }
            depth += word();
            if (depth < 0) {
                throw error(at, "unexpected right paren");
            }
        }
    }

    /** One word; returns by how many parentheses it is deeper then. */
    private int word() {
        int start = at;
        char c = source.charAt(at);
        switch (c) {
            case '(' -> symbol(Kind.OPEN, 1);
            case ')' -> symbol(Kind.CLOSE, 1);
            case '|' -> symbol(Kind.PIPE, 1);
            case ',' -> symbol(Kind.COMMA, 1);
            case '=' -> symbol(Kind.ASSIGN, 1);
            case '"', '\'' -> quoted(c);
            case '`' -> raw();
            case ':' -> {
                if (!source.startsWith(":=", at)) {
                    throw error(at, "expected :=");
                }
                symbol(Kind.DECLARE, 2);
            }
            case '$' -> {
                at++;
                skipName();
                add(Kind.VARIABLE, start, at);
            }
            default -> plain(c);
        }
        return c == '(' ? 1 : c == ')' ? -1 : 0;
    }

    private void plain(char c) {
        int start = at;
        boolean digitFollows = at + 1 < source.length() && Character.isDigit(source.charAt(at + 1));
        if (Character.isDigit(c) || ((c == '-' || c == '+' || c == '.') && digitFollows)) {
            at++;
            while (at < source.length() && isNumberPart(source.charAt(at))) {
                at++;
            }
            add(Kind.NUMBER, start, at);
        } else if (c == '.') {
            at++;
            skipName();
            add(at == start + 1 ? Kind.DOT : Kind.FIELD, start, at);
        } else if (isNamePart(c)) {
            skipName();
            add(KEYWORDS.contains(source.substring(start, at)) ? Kind.KEYWORD : Kind.IDENTIFIER, start, at);
        } else if (c == '}') {
            throw error(start, "unexpected \"}\" in operand");
        } else {
            throw error(start, "unrecognized character in action: " + describe(source.codePointAt(start)));
        }
    }

    private void symbol(Kind kind, int length) {
        int start = at;
        at += length;
        add(kind, start, at);
    }

    private void quoted(char quote) {
        int start = at;
        StringBuilder text = new StringBuilder();
        at++;
        while (at < source.length() && source.charAt(at) != quote) {
            int c = source.codePointAt(at);
            at += Character.charCount(c);
            text.appendCodePoint(c == '\\' ? escape(start) : c);
        }
        if (at >= source.length()) {
            throw error(start, quote == '"' ? "unterminated quoted string" : "unterminated character constant");
        }
        at++;
        if (quote == '"') {
            tokens.add(new Token(Kind.STRING, text.toString(), start, at, spaced));
        } else if (text.codePointCount(0, text.length()) == 1) {
            // A character constant is its number, as in Go.
            tokens.add(new Token(Kind.NUMBER, String.valueOf(text.codePointAt(0)), start, at, spaced));
        } else {
            throw error(start, "malformed character constant: " + source.substring(start, at));
        }
    }

    private int escape(int start) {
        if (at >= source.length()) {
            throw error(start, "unterminated quoted string");
        }
        char c = source.charAt(at++);
        return switch (c) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case 'a' -> 7;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'v' -> 11;
            case '\\', '"', '\'' -> c;
            case 'x' -> hex(2, start);
            case 'u' -> hex(4, start);
            case 'U' -> hex(8, start);
            default -> throw error(start, "invalid syntax");
        };
    }

    private int hex(int digits, int start) {
        if (at + digits <= source.length()) {
            String text = source.substring(at, at + digits);
            if (text.chars().allMatch(c -> Character.digit(c, 16) >= 0)) {
                long code = Long.parseLong(text, 16);
                if (code <= Character.MAX_CODE_POINT) {
                    at += digits;
                    return (int) code;
                }
            }
        }
        throw error(start, "invalid syntax");
    }

    private void raw() {
        int start = at;
        int end = source.indexOf('`', start + 1);
        if (end < 0) {
            throw error(start, "unterminated raw quoted string");
        }
        at = end + 1;
        tokens.add(new Token(Kind.STRING, source.substring(start + 1, end), start, at, spaced));
    }

    private void skipName() {
        while (at < source.length() && isNamePart(source.charAt(at))) {
            at++;
        }
    }

    private void add(Kind kind, int start, int end) {
        tokens.add(new Token(kind, source.substring(start, end), start, end, spaced));
    }

    private static boolean isBlank(char c) {
        return BLANKS.indexOf(c) >= 0;
    }

    private static boolean isNamePart(char c) {
        return c == '_' || Character.isLetterOrDigit(c);
    }

    private static boolean isNumberPart(char c) {
        return Character.isLetterOrDigit(c) || c == '.' || c == '_';
    }

    private static String describe(int codePoint) {
        return "U+%04X '%s'".formatted(codePoint, Quotation.shown(Character.toString(codePoint)));
    }

    private WhaleboxException error(int position, String why) {
        return TemplateErrors.malformed(source, Math.min(position, source.length()), why);
    }
}
