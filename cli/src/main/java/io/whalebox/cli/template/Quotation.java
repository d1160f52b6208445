package io.whalebox.cli.template;

import io.whalebox.linux.RawText;

/** Text as Go quotes it, which also keeps a terminal from obeying what is in it. */
public final class Quotation {
    private Quotation() {}

    /** In double quotes, with everything escaped that could move a terminal's cursor or end the line. */
    public static String quote(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
        text.codePoints().forEach(c -> {
            switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                default -> escape(c, quoted);
            }
        });
        return quoted.append('"').toString();
    }

    /** Lines and columns as they are, and everything else that does not show as itself escaped. */
    static String shown(String text) {
        if (text.codePoints().allMatch(c -> c == '\n' || c == '\t' || isPrintable(c))) {
            return text;
        }
        StringBuilder shown = new StringBuilder(text.length() + 8);
        text.codePoints().forEach(c -> {
            if (c == '\n' || c == '\t') {
                shown.appendCodePoint(c);
            } else {
                escape(c, shown);
            }
        });
        return shown.toString();
    }

    private static void escape(int c, StringBuilder out) {
        switch (c) {
            case '\n' -> out.append("\\n");
            case '\r' -> out.append("\\r");
            case '\t' -> out.append("\\t");
            default -> {
                if (c < 0x20 || c == 0x7f || RawText.isForeign(c)) {
                    out.append("\\x")
                            .append(Character.forDigit(c >> 4 & 15, 16))
                            .append(Character.forDigit(c & 15, 16));
                } else if (isPrintable(c)) {
                    out.appendCodePoint(c);
                } else {
                    out.append(c < 0x10000 ? "\\u" : "\\U");
                    String digits = Integer.toHexString(c);
                    out.repeat('0', (c < 0x10000 ? 4 : 8) - digits.length()).append(digits);
                }
            }
        }
    }

    /** Whether it shows as itself: no control, no invisible formatting (which can reverse what one reads), no gap. */
    public static boolean isPrintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            case Character.SPACE_SEPARATOR -> codePoint == ' ';
            default -> true;
        };
    }
}
