package io.whalebox.cli.template;

/**
 * A piece of a template.
 *
 * @param text as it stands there; of a string constant, what it means
 * @param position in the template, in characters, as is its end
 * @param spaced whether white space stands before it, which ends a chain of fields
 */
record Token(Kind kind, String text, int position, int end, boolean spaced) {
    enum Kind {
        /** Between the actions. */
        LITERAL,
        ACTION_BEGIN,
        ACTION_END,
        /** {@code .Name}, with its dot. */
        FIELD,
        /** {@code $} or {@code $name}. */
        VARIABLE,
        IDENTIFIER,
        KEYWORD,
        STRING,
        NUMBER,
        DOT,
        PIPE,
        DECLARE,
        ASSIGN,
        COMMA,
        OPEN,
        CLOSE,
        END_OF_TEMPLATE
    }

    boolean is(Kind other) {
        return kind == other;
    }

    boolean isKeyword(String word) {
        return kind == Kind.KEYWORD && text.equals(word);
    }
}
