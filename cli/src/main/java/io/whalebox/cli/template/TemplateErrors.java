package io.whalebox.cli.template;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;

/** Mistakes in a template, in the words of Go's package, which people search for. */
final class TemplateErrors {
    private static final int LONGEST_CONTEXT = 20;

    private TemplateErrors() {}

    /** One that is seen while it is read. */
    static WhaleboxException malformed(String source, int position, String why) {
        long line = source.substring(0, position).chars().filter(c -> c == '\n').count() + 1;
        return new WhaleboxException(ErrorKind.INVALID, "template parsing error: template: :" + line + ": " + why);
    }

    /**
     * One that is seen while it is evaluated.
     *
     * @param context the expression
     */
    static WhaleboxException failed(String source, int position, String context, String why) {
        String before = source.substring(0, position);
        long line = before.chars().filter(c -> c == '\n').count() + 1;
        int column = position - (before.lastIndexOf('\n') + 1);
        String shown = context.length() > LONGEST_CONTEXT ? context.substring(0, LONGEST_CONTEXT) + "..." : context;
        return new WhaleboxException(
                ErrorKind.INVALID,
                "template parsing error: template: :" + line + ":" + column + ": executing \"\" at <" + shown + ">: "
                        + why);
    }
}
