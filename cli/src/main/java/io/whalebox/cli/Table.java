package io.whalebox.cli;

import io.whalebox.cli.template.JsonText;
import io.whalebox.cli.template.Template;
import io.whalebox.cli.template.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Rows of named fields, printed as columns, as JSON, or through a template: what {@code --format} chooses between. */
final class Table {
    private static final int GAP = 3;
    private static final int NARROWEST = 10;

    private final SequencedMap<String, String> fields;
    private final List<String> columns;
    private final List<Value.Struct> rows;

    private Table(List<Value.Struct> rows, SequencedMap<String, String> fields, List<String> columns) {
        this.fields = fields;
        this.columns = columns;
        this.rows = List.copyOf(rows);
    }

    /**
     * A table of texts.
     *
     * @param fields the names in templates and JSON, with the headings of the columns
     * @param columns the fields that are shown unless the user chooses
     */
    Table(SequencedMap<String, String> fields, List<String> columns, List<Map<String, String>> rows) {
        this(rows.stream().map(row -> Value.row("row", row)).toList(), fields, columns);
    }

    /** A table of fields that are not only texts. */
    static Table of(SequencedMap<String, String> fields, List<String> columns, List<Value.Struct> rows) {
        return new Table(rows, fields, columns);
    }

    /** Docker's columns: as wide as their widest cell, three spaces apart. */
    String columnsOf(List<String> names, boolean heading) {
        List<List<String>> lines = new ArrayList<>();
        if (heading) {
            lines.add(
                    names.stream().map(name -> fields.getOrDefault(name, name)).toList());
        }
        for (Value.Struct row : rows) {
            lines.add(names.stream()
                    .map(name -> row.fields().get(name) instanceof Value.Text(String text) ? Printable.of(text) : "")
                    .toList());
        }
        return align(lines);
    }

    /** One object a line. */
    String json() {
        StringBuilder page = new StringBuilder();
        rows.forEach(row -> page.append(JsonText.line(row)).append('\n'));
        return page.toString();
    }

    /**
     * In the form that the user chose.
     *
     * @param format {@code table}, {@code json}, {@code table TEMPLATE} or a template
     */
    String print(String format) {
        if (format.isEmpty() || format.equals("table")) {
            return columnsOf(columns, true);
        }
        if (format.equals("json")) {
            return json();
        }
        boolean table = format.startsWith("table ");
        Template template = Template.ofFormat(table ? format.substring("table ".length()) : format);
        List<List<String>> lines = new ArrayList<>();
        if (table) {
            lines.add(cells(template.heading(Value.row("row", fields))));
        }
        StringBuilder page = new StringBuilder();
        for (Value.Struct row : rows) {
            String line = template.apply(row);
            if (table) {
                lines.add(cells(line));
            } else {
                page.append(line).append('\n');
            }
        }
        return table ? align(lines) : page.toString();
    }

    private static List<String> cells(String line) {
        return List.of(line.split("\t", -1));
    }

    private static String align(List<List<String>> lines) {
        return align(lines, NARROWEST);
    }

    /** Lines of cells as columns, none of which is narrower than this, but for the last. */
    static String align(List<List<String>> lines, int narrowest) {
        int columns = lines.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> line : lines) {
            // The last cell of a line is no column: nothing stands to the right of it.
            for (int i = 0; i + 1 < line.size(); i++) {
                widths[i] = Math.max(widths[i], Math.max(narrowest, line.get(i).length() + GAP));
            }
        }
        StringBuilder page = new StringBuilder();
        for (List<String> line : lines) {
            for (int i = 0; i < line.size(); i++) {
                page.append(line.get(i));
                if (i + 1 < line.size()) {
                    page.repeat(' ', widths[i] - line.get(i).length());
                }
            }
            page.append('\n');
        }
        return page.toString();
    }

    /** Names and headings in the order written. */
    static SequencedMap<String, String> named(String... namesAndHeadings) {
        SequencedMap<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < namesAndHeadings.length; i += 2) {
            fields.put(namesAndHeadings[i], namesAndHeadings[i + 1]);
        }
        return fields;
    }
}
