package io.whalebox.runtime.seccomp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.StringTokenizer;

/** The numbers of system calls by name, on every architecture that filters are made for. */
final class SyscallTable {
    private static final String RESOURCE = "syscalls.txt";
    private static final String NARROW = "int:";

    /** The columns of the table after the name. */
    private static final List<Architecture> COLUMNS =
            List.of(Architecture.X86_64, Architecture.X32, Architecture.X86, Architecture.AARCH64, Architecture.ARM);

    /** Set in every number that an x32 program calls. */
    static final int X32_BIT = 0x40000000;

    private final Map<Architecture, Map<String, Integer>> numbers = new EnumMap<>(Architecture.class);
    private final Set<Argument> narrowArguments = new HashSet<>();

    private record Argument(String call, int index) {}

    private SyscallTable(String text) {
        COLUMNS.forEach(architecture -> numbers.put(architecture, new HashMap<>(1024)));
        text.lines()
                .filter(line -> !line.isEmpty() && line.charAt(0) != '#')
                .forEach(line -> read(new StringTokenizer(line)));
    }

    static SyscallTable instance() {
        return Instance.TABLE;
    }

    private void read(StringTokenizer row) {
        String name = row.nextToken();
        int first = -1;
        for (Architecture architecture : COLUMNS) {
            String word = row.nextToken();
            if (word.equals("-")) {
                continue;
            }
            int number = word.equals("=") ? first : Integer.parseInt(word);
            if (architecture == Architecture.X86_64) {
                first = number;
            }
            calls(architecture).put(name, architecture == Architecture.X32 ? number | X32_BIT : number);
        }
        if (row.hasMoreTokens()) {
            StringTokenizer indexes = new StringTokenizer(row.nextToken().substring(NARROW.length()), ",");
            while (indexes.hasMoreTokens()) {
                narrowArguments.add(new Argument(name, Integer.parseInt(indexes.nextToken())));
            }
        }
    }

    private Map<String, Integer> calls(Architecture architecture) {
        return numbers.getOrDefault(architecture, Map.of());
    }

    /** The names of an architecture's calls. */
    Set<String> names(Architecture architecture) {
        return calls(architecture).keySet();
    }

    /**
     * The number as the kernel shows it to a filter; for {@link Architecture#X32} with its bit. Empty when the
     * architecture has no such call, or nobody has.
     */
    OptionalInt number(String name, Architecture architecture) {
        Integer number = calls(architecture).get(name);
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    /** A call with this number, for people's eyes: the search is slow. */
    Optional<String> name(int number, Architecture architecture) {
        return calls(architecture).entrySet().stream()
                .filter(call -> call.getValue() == number)
                .map(Map.Entry::getKey)
                .min(Comparator.naturalOrder());
    }

    /** Whether the kernel takes only the low 32 bits of an argument of this call. */
    boolean isNarrow(String name, int argument, Architecture architecture) {
        return architecture.isNarrow() || narrowArguments.contains(new Argument(name, argument));
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
