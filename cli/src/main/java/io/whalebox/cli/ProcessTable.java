package io.whalebox.cli;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What ps(1) says of some processes. It is the machine's own program, which runs outside and in a clean environment:
 * nothing of a container is executed or believed.
 *
 * @param lines of cells, the headings first
 */
record ProcessTable(List<List<String>> lines) {
    private static final Pattern RENAMED = Pattern.compile("\\s+(\\S*)=\\s*(PID\\S*)");
    private static final Pattern BLANKS = Pattern.compile("\\s+");

    ProcessTable {
        lines = lines.stream().map(List::copyOf).toList();
    }

    /**
     * Asks ps.
     *
     * @param processes those to tell of
     * @param options as its users write them
     */
    static ProcessTable of(Set<Integer> processes, List<String> options) {
        Matcher renamed = RENAMED.matcher(" " + String.join(" ", options));
        while (renamed.find()) {
            // Another column of that name would have its numbers taken for those of processes.
            if (!renamed.group(1).equals("pid")) {
                throw Strconv.invalid(
                        "specifying " + Strconv.quote(renamed.group(1) + "=" + renamed.group(2)) + " is not allowed");
            }
        }
        String chosen = processes.stream().map(String::valueOf).collect(Collectors.joining(","));
        // Those alone are looked at where the options allow it, as "-ef" does.
        Output output =
                ps(Stream.concat(options.stream(), Stream.of("-q" + chosen)).toList());
        if (output.status() != 0) {
            output = ps(options);
        }
        if (output.status() != 0) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "error running ps: " + output.text().lines().findFirst().orElse("status " + output.status()));
        }
        return parse(output.text(), processes);
    }

    private record Output(int status, String text) {}

    private static Output ps(List<String> options) {
        List<String> words = new ArrayList<>(List.of("ps"));
        words.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Output(process.waitFor(), text);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WhaleboxException(ErrorKind.UNAVAILABLE, "ps was interrupted", e);
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("No such file")) {
                throw new WhaleboxException(
                        ErrorKind.PRECONDITION, "cannot run ps: it is not installed (Debian's package procps)", e);
            }
            throw new UncheckedIOException(e);
        }
    }

    static ProcessTable parse(String text, Set<Integer> processes) {
        List<String> lines = text.lines().toList();
        List<String> headings = lines.isEmpty() ? List.of() : cells(lines.getFirst(), Integer.MAX_VALUE);
        int number = headings.indexOf("PID");
        if (number < 0) {
            throw new WhaleboxException(ErrorKind.INVALID, "couldn't find PID field in ps output");
        }
        List<List<String>> table = new ArrayList<>(List.of(headings));
        boolean belongs = false;
        for (String line : lines.subList(1, lines.size())) {
            List<String> cells = cells(line, headings.size());
            if (cells.size() <= number) {
                continue;
            }
            String cell = cells.get(number);
            // Threads have a dash there, and belong to the process above them.
            belongs = cell.equals("-") ? belongs : isAmong(cell, processes);
            if (belongs) {
                table.add(cells);
            }
        }
        return new ProcessTable(table);
    }

    private static boolean isAmong(String cell, Set<Integer> processes) {
        try {
            return processes.contains(Integer.valueOf(cell));
        } catch (NumberFormatException e) {
            throw new WhaleboxException(
                    ErrorKind.INTERNAL,
                    "unexpected pid '" + cell + "': strconv.Atoi: parsing " + Strconv.quote(cell) + ": invalid syntax",
                    e);
        }
    }

    /** The last cell is a command line, blanks and all. */
    private static List<String> cells(String line, int most) {
        return List.of(BLANKS.split(line.strip(), most == Integer.MAX_VALUE ? 0 : most));
    }
}
