package io.whalebox.cli;

/** Strings as JSON has them (RFC 8259, section 7), for the few places that write a line by hand. */
final class JsonText {
    private JsonText() {}

    static String quote(String text) {
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
                    if (c < 0x20 || c == 0x7f || Character.isSurrogate(c) || !Strconv.isPrintable(c)) {
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
