package io.whalebox.cli.template;

import java.util.List;
import java.util.regex.Pattern;

/** A template, read once and then evaluated for each row. */
public final class Template {
    private static final Pattern SPACES_AROUND = Pattern.compile("^ +| +$");

    private final String source;
    private final List<Node> nodes;

    private Template(String source, List<Node> nodes) {
        this.source = source;
        this.nodes = nodes;
    }

    /**
     * Reads a template.
     *
     * @throws io.whalebox.linux.WhaleboxException INVALID, with where and what is wrong
     */
    public static Template parse(String source) {
        return new Template(source, Parser.parse(source));
    }

    /** Reads what stands behind {@code --format}, where people write tabs and line ends as in a string of C. */
    public static Template ofFormat(String format) {
        return parse(SPACES_AROUND
                .matcher(format)
                .replaceAll("")
                .replace("\\t", "\t")
                .replace("\\n", "\n"));
    }

    /**
     * The text for one value. What came from outside can't move a terminal's cursor in it.
     *
     * @throws io.whalebox.linux.WhaleboxException INVALID, where the template asks for what is not there
     */
    public String apply(Value data) {
        return new Evaluator(source, false).evaluate(nodes, data);
    }

    /** The text for the heading of a table: functions leave the names of the columns as they are. */
    public String heading(Value names) {
        return new Evaluator(source, true).evaluate(nodes, names);
    }
}
