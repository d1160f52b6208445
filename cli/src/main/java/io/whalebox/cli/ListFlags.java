package io.whalebox.cli;

import java.util.List;

/** The options that every list has. */
final class ListFlags {
    static final Flag<Boolean> QUIET =
            Flag.toggle("quiet", "Print only the ids").shorthand('q');
    static final Flag<Boolean> NO_TRUNC = Flag.toggle("no-trunc", "Print everything in full");
    static final Flag<String> FORMAT = Flag.text(
            "format",
            "Print in another form: \"table\", \"json\", \"table TEMPLATE\" or a template such as \"{{.ID}}\"");

    static final List<Flag<?>> ALL = List.of(QUIET, NO_TRUNC, FORMAT);

    private ListFlags() {}

    /** Whether only the usual columns are shown. */
    static boolean isOfColumns(CommandLine line) {
        return line.value(FORMAT)
                .filter(format -> !format.isEmpty() && !format.equals("table"))
                .isEmpty();
    }

    /** Prints a list as these options say; its field {@code ID} is what {@code -q} leaves. */
    static void print(Table table, CommandLine line, Console console) {
        String format = line.value(FORMAT).orElse("");
        console.out()
                .print(
                        line.isOn(QUIET) && format.isEmpty()
                                ? table.columnsOf(List.of("ID"), false)
                                : table.print(format));
    }

    /** The first digits of an id, which Docker shows, or all of it. */
    static String id(String id, CommandLine line) {
        return line.isOn(NO_TRUNC) ? id : id.substring(0, Math.min(12, id.length()));
    }
}
