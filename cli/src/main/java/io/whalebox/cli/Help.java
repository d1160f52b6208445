package io.whalebox.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Help texts, laid out as Docker's, made from the tables that the parser reads. */
final class Help {
    private static final String PROGRAM = "whalebox";

    /** Columns of the page. Narrower than any terminal in use, so that the text is the same everywhere. */
    private static final int WIDTH = 80;

    private static final int NARROWEST_TEXT = 24;

    private Help() {}

    static String usageLine(Command command) {
        return "Usage:  " + PROGRAM + " " + (command.names().getFirst() + " " + command.synopsis()).strip();
    }

    static String of(Command command) {
        StringBuilder page = new StringBuilder();
        page.append(usageLine(command)).append("\n\n").append(command.summary()).append('\n');
        if (command.names().size() > 1) {
            List<String> sorted = command.names().stream()
                    .sorted()
                    .map(name -> PROGRAM + " " + name)
                    .toList();
            page.append("\nAliases:\n  ").append(String.join(", ", sorted)).append('\n');
        }
        if (!command.flags().isEmpty()) {
            page.append("\nOptions:\n").append(options(command.flags()));
        }
        return page.append("\nGlobal Options:\n")
                .append(options(GlobalFlags.AFTER_COMMAND))
                .toString();
    }

    /** The page of {@code whalebox} itself. */
    static String of(List<Command> commands) {
        StringBuilder page =
                new StringBuilder("Usage:  " + PROGRAM + " [OPTIONS] COMMAND\n\nA container engine for Linux\n");
        page.append("\nCommands:\n");
        list(
                page,
                commands.stream()
                        .flatMap(command -> command.names().stream()
                                .filter(name -> name.indexOf(' ') < 0)
                                .map(name -> new Row(name, command.summary())))
                        .sorted(Comparator.comparing(Row::left))
                        .toList());
        page.append("\nManagement Commands:\n");
        list(
                page,
                CommandTable.GROUPS.entrySet().stream()
                        .map(group -> new Row(group.getKey(), group.getValue()))
                        .toList());
        return page.append("\nGlobal Options:\n")
                .append(options(GlobalFlags.BEFORE_COMMAND))
                .append("\nRun '" + PROGRAM + " COMMAND --help' for more information on a command.\n")
                .toString();
    }

    /** The page of a group such as {@code whalebox image}. */
    static String ofGroup(String group, String summary, List<Command> commands) {
        StringBuilder page =
                new StringBuilder("Usage:  " + PROGRAM + " " + group + " COMMAND\n\n" + summary + "\n\nCommands:\n");
        list(
                page,
                commands.stream()
                        .flatMap(command -> command.names().stream()
                                .filter(name -> name.startsWith(group + " "))
                                .limit(1)
                                .map(name -> new Row(name.substring(group.length() + 1), command.summary())))
                        .sorted(Comparator.comparing(Row::left))
                        .toList());
        return page.append("\nRun '" + PROGRAM + " " + group + " COMMAND --help' for more information on a command.\n")
                .toString();
    }

    private record Row(String left, String text) {}

    private static void list(StringBuilder page, List<Row> rows) {
        int column = rows.stream().mapToInt(row -> row.left().length()).max().orElse(0) + 2;
        for (Row row : rows) {
            page.append("  ").append(row.left()).repeat(' ', column - row.left().length());
            page.append(row.text()).append('\n');
        }
    }

    static String options(List<Flag<?>> flags) {
        List<Row> rows = new ArrayList<>();
        for (Flag<?> flag :
                flags.stream().sorted(Comparator.comparing(Flag::name)).toList()) {
            String letter = flag.shorthand().map(c -> "-" + c + ", ").orElse("    ");
            String value = flag.valueName().isEmpty() ? "" : " " + flag.valueName();
            String standard = flag.standard().isEmpty() ? "" : " (default " + flag.standard() + ")";
            rows.add(new Row("  " + letter + "--" + flag.name() + value, flag.help() + standard));
        }
        int column = rows.stream().mapToInt(row -> row.left().length()).max().orElse(0) + 3;
        StringBuilder page = new StringBuilder();
        for (Row row : rows) {
            page.append(row.left()).repeat(' ', column - row.left().length());
            page.append(
                    String.join("\n" + " ".repeat(column), wrap(row.text(), Math.max(NARROWEST_TEXT, WIDTH - column))));
            page.append('\n');
        }
        return page.toString();
    }

    private static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
