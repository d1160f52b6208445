package io.whalebox.cli;

/**
 * Text from outside, made safe to print. Names, messages and arguments can hold escape sequences that rewrite what a
 * terminal has shown, and line breaks that forge a line of a log.
 */
final class Printable {
    private Printable() {}

    /** The same text with every character escaped that would not show as itself. */
    static String of(String text) {
        if (text.codePoints().allMatch(Strconv::isPrintable)) {
            return text;
        }
        StringBuilder safe = new StringBuilder(text.length() + 8);
        text.codePoints().forEach(c -> {
            if (Strconv.isPrintable(c)) {
                safe.appendCodePoint(c);
            } else {
                String quoted = Strconv.quote(Character.toString(c));
                safe.append(quoted, 1, quoted.length() - 1);
            }
        });
        return safe.toString();
    }

    static String messageOf(Throwable failure) {
        return of(String.valueOf(failure.getMessage()));
    }
}
