package io.whalebox.runtime.seccomp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.stream.Collectors;

/** The numbers of system calls by name, on every architecture that filters are made for. */
final class SyscallTable {
    private static final String RESOURCE = "syscalls.txt";
    private static final String NARROW = "int:";

    /** The columns of the table after the name. */
    private static final List<Architecture> COLUMNS =
            List.of(Architecture.X86_64, Architecture.X32, Architecture.X86, Architecture.AARCH64, Architecture.ARM);

    /** Set in every number that an x32 program calls. */
    static final int X32_BIT = 0x40000000;

    private static final int ABSENT = -1;

    private final Map<String, Row> rows = new HashMap<>(1024);

    /** One call: its numbers in the order of the columns, and a bit for each argument of which 32 bits count. */
    private static final class Row {
        private final int[] numbers = new int[COLUMNS.size()];
        private int narrowArguments;
    }

    private SyscallTable(String text) {
        StringTokenizer lines = new StringTokenizer(text, "\n");
        while (lines.hasMoreTokens()) {
            String line = lines.nextToken();
            if (line.charAt(0) != '#') {
                read(new StringTokenizer(line));
            }
        }
    }

    static SyscallTable instance() {
        return Instance.TABLE;
    }

    private void read(StringTokenizer words) {
        Row row = new Row();
        rows.put(words.nextToken(), row);
        for (int column = 0; column < row.numbers.length; column++) {
            String word = words.nextToken();
            row.numbers[column] = switch (word) {
                case "-" -> ABSENT;
                case "=" -> row.numbers[0];
                default -> Integer.parseInt(word);
            };
        }
        if (words.hasMoreTokens()) {
            StringTokenizer indexes = new StringTokenizer(words.nextToken().substring(NARROW.length()), ",");
            while (indexes.hasMoreTokens()) {
                row.narrowArguments |= 1 << Integer.parseInt(indexes.nextToken());
            }
        }
    }

    /** The names of an architecture's calls. */
    Set<String> names(Architecture architecture) {
        return rows.keySet().stream()
                .filter(name -> number(name, architecture).isPresent())
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * The number as the kernel shows it to a filter; for {@link Architecture#X32} with its bit. Empty when the
     * architecture has no such call, or nobody has.
     */
    OptionalInt number(String name, Architecture architecture) {
        Row row = rows.get(name);
        int number = row == null ? ABSENT : row.numbers[COLUMNS.indexOf(architecture)];
        if (number == ABSENT) {
            return OptionalInt.empty();
        }
        return OptionalInt.of(architecture == Architecture.X32 ? number | X32_BIT : number);
    }

    /** A call with this number, for people's eyes: the search is slow. */
    Optional<String> name(int number, Architecture architecture) {
        return names(architecture).stream()
                .filter(name -> number(name, architecture).orElseThrow() == number)
                .min(Comparator.naturalOrder());
    }

    /** Whether the kernel takes only the low 32 bits of an argument of this call. */
    boolean isNarrow(String name, int argument, Architecture architecture) {
        Row row = rows.get(name);
        return architecture.isNarrow() || (row != null && (row.narrowArguments & 1 << argument) != 0);
    }

    private static final class Instance {
        static final SyscallTable TABLE = load();

        private static SyscallTable load() {
            try (InputStream resource = SyscallTable.class.getResourceAsStream(RESOURCE)) {
                if (resource == null) {
                    throw new IllegalStateException("the resource " + RESOURCE + " is missing");
                }
                return new SyscallTable(new String(resource.readAllBytes(), StandardCharsets.US_ASCII));
            } catch (IOException e) {
                throw new UncheckedIOException("read the resource " + RESOURCE, e);
            }
        }
    }
}
