package io.whalebox.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Rows of named fields, printed as columns, as JSON, or through a template: what {@code --format} chooses between.
 *
 * @param fields the names in templates and JSON, with the headings of the columns
 */
record Table(SequencedMap<String, String> fields, List<String> columns, List<Map<String, String>> rows) {
    private static final int GAP = 3;

    /** Docker's columns: as wide as their widest cell, three spaces apart. */
    String columnsOf(List<String> names, boolean heading) {
        List<List<String>> lines = new ArrayList<>();
        if (heading) {
            lines.add(
                    names.stream().map(name -> fields.getOrDefault(name, name)).toList());
        }
        rows.forEach(
                row -> lines.add(names.stream().map(row::get).map(Printable::of).toList()));
        return align(lines);
    }

    /** One object a line. */
    String json() {
        StringBuilder page = new StringBuilder();
        rows.forEach(row -> page.append(jsonObject(row)).append('\n'));
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
        Template template = Template.parse(table ? format.substring("table ".length()) : format);
        List<List<String>> lines = new ArrayList<>();
        if (table) {
            lines.add(List.of(template.apply(fields).split("\t", -1)));
        }
        StringBuilder page = new StringBuilder();
        for (Map<String, String> row : rows) {
            String line = template.apply(row);
            if (table) {
                lines.add(List.of(line.split("\t", -1)));
            } else {
                page.append(line).append('\n');
            }
        }
        return table ? align(lines) : page.toString();
    }

    static String jsonObject(Map<String, String> row) {
        StringBuilder object = new StringBuilder("{");
        row.forEach((name, value) -> object.append(object.length() > 1 ? "," : "")
                .append(JsonText.quote(name))
                .append(':')
                .append(JsonText.quote(value)));
        return object.append('}').toString();
    }

    private static String align(List<List<String>> lines) {
        int columns = lines.stream().mapToInt(List::size).max().orElse(0);
        int[] widths = new int[columns];
        for (List<String> line : lines) {
            for (int i = 0; i < line.size(); i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        StringBuilder page = new StringBuilder();
        for (List<String> line : lines) {
            for (int i = 0; i < line.size(); i++) {
                page.append(line.get(i));
                // Docker fills the last column of every row too, except where nothing follows.
                if (i + 1 < line.size()) {
                    page.repeat(' ', widths[i] + GAP - line.get(i).length());
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
