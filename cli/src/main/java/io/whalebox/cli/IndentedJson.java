package io.whalebox.cli;

/** JSON laid out for people: a line for each value, a tab for each level, as Docker prints it. Values stay as they are. */
final class IndentedJson {
    private IndentedJson() {}

    /**
     * Lays a document out.
     *
     * @param json valid; white space between its values is dropped
     */
    static String of(String json) {
        StringBuilder page = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < json.length(); i++) {
            char c = json.charAt(i);
            switch (c) {
                case '"' -> {
                    int end = endOfText(json, i);
                    page.append(Printable.of(json.substring(i, end)));
                    i = end - 1;
                }
                case '{', '[' -> {
                    int next = skipSpace(json, i + 1);
                    page.append(c);
                    if (next < json.length() && (json.charAt(next) == '}' || json.charAt(next) == ']')) {
                        page.append(json.charAt(next));
                        i = next;
                    } else {
                        page.append('\n').repeat('\t', ++depth);
                    }
                }
                case '}', ']' ->
                    page.append('\n').repeat('\t', Math.max(0, --depth)).append(c);
                case ',' -> page.append(",\n").repeat('\t', Math.max(0, depth));
                case ':' -> page.append(": ");
                case ' ', '\t', '\n', '\r' -> {}
                default -> page.append(c);
            }
        }
        return page.toString();
    }

    private static int endOfText(String json, int start) {
        int i = start + 1;
        while (i < json.length() && json.charAt(i) != '"') {
            i += json.charAt(i) == '\\' ? 2 : 1;
        }
        return Math.min(json.length(), i + 1);
    }

    private static int skipSpace(String json, int from) {
        int i = from;
        while (i < json.length() && Character.isWhitespace(json.charAt(i))) {
            i++;
        }
        return i;
    }
}
