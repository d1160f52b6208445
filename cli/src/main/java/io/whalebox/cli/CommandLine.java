package io.whalebox.cli;

import io.whalebox.linux.WhaleboxException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command line taken apart: which flags were given with which values, and the arguments that are left.
 *
 * <p>The grammar is that of the library behind the docker command: {@code --name value}, {@code --name=value},
 * {@code -n value}, {@code -nvalue}, {@code -n=value}, clusters such as {@code -itm 100m}, and {@code --} to end the
 * flags. A switch takes its value only after {@code =}.
 */
final class CommandLine {
    /** Where flags may stand. */
    enum Order {
        /** Anywhere: {@code images busybox -q}. */
        MIXED,
        /** Only before the first argument; all behind it is somebody else's: {@code run busybox stress -m 1}. */
        FLAGS_FIRST
    }

    // By identity: each flag is declared once, and a record's generated hashCode would be linked at every start.
    private final IdentityHashMap<Flag<?>, List<Object>> values = new IdentityHashMap<>();
    private final List<String> arguments = new ArrayList<>();

    private CommandLine() {}

    /**
     * @throws UsageException when a flag is unknown, lacks its value, or has one that its reader refuses
     */
    static CommandLine parse(List<Flag<?>> flags, Order order, List<String> words) {
        CommandLine line = new CommandLine();
        new Parser(flags, order, words, line).parse();
        return line;
    }

    /** The value of a flag that can be given once, or the last of several. */
    <T> Optional<T> value(Flag<T> flag) {
        List<T> all = values(flag);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    /** All values of a flag, in the order given. */
    @SuppressWarnings("unchecked") // put there by this flag's own reader
    <T> List<T> values(Flag<T> flag) {
        return (List<T>) List.copyOf(values.getOrDefault(flag, List.of()));
    }

    boolean isOn(Flag<Boolean> flag) {
        return value(flag).orElse(false);
    }

    List<String> arguments() {
        return List.copyOf(arguments);
    }

    private static final class Parser {
        private final Map<String, Flag<?>> byName = new HashMap<>();
        private final Map<Character, Flag<?>> byLetter = new HashMap<>();
        private final Map<String, Flag<?>> byOlderSpelling = new HashMap<>();
        private final Order order;
        private final List<String> words;
        private final CommandLine line;
        private int next;

        Parser(List<Flag<?>> flags, Order order, List<String> words, CommandLine line) {
            for (Flag<?> flag : flags) {
                byName.put(flag.name(), flag);
                flag.shorthand().ifPresent(letter -> byLetter.put(letter, flag));
                flag.olderSpellings().forEach(spelling -> byOlderSpelling.put(spelling, flag));
            }
            this.order = order;
            this.words = words;
            this.line = line;
        }

        void parse() {
            while (next < words.size()) {
                String word = words.get(next++);
                if (word.equals("--")) {
                    line.arguments.addAll(words.subList(next, words.size()));
                    return;
                }
                if (olderSpelling(word)) {
                    continue;
                }
                if (word.startsWith("--")) {
                    longFlag(word);
                } else if (word.length() > 1 && word.charAt(0) == '-') {
                    cluster(word.substring(1));
                } else {
                    line.arguments.add(word);
                    if (order == Order.FLAGS_FIRST) {
                        line.arguments.addAll(words.subList(next, words.size()));
                        return;
                    }
                }
            }
        }

        private void longFlag(String word) {
            int equals = word.indexOf('=');
            String name = word.substring(2, equals < 0 ? word.length() : equals);
            if (name.isEmpty() || name.charAt(0) == '-') {
                throw UsageException.flag("bad flag syntax: " + Printable.of(word));
            }
            Flag<?> flag = Optional.<Flag<?>>ofNullable(byName.get(name))
                    .orElseThrow(() -> UsageException.flag("unknown flag: --" + Printable.of(name)));
            if (equals >= 0) {
                set(flag, word.substring(equals + 1));
            } else if (flag.shape() == Flag.Shape.SWITCH) {
                set(flag, "true");
            } else {
                set(flag, nextWord("flag needs an argument: --" + name));
            }
        }

        /**
         * Docker's first clients spelled a few options with one dash. Today's grammar would read them as a cluster
         * that can never be right ({@code -c} with the value {@code puset}), so accepting them takes nothing away.
         */
        private boolean olderSpelling(String word) {
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            Optional<Flag<?>> flag = Optional.ofNullable(byOlderSpelling.get(name));
            flag.ifPresent(known ->
                    set(known, equals >= 0 ? word.substring(equals + 1) : nextWord("flag needs an argument: " + name)));
            return flag.isPresent();
        }

        private void cluster(String letters) {
            String rest = letters;
            while (!rest.isEmpty()) {
                char letter = rest.charAt(0);
                String cluster = rest;
                Flag<?> flag = Optional.<Flag<?>>ofNullable(byLetter.get(letter))
                        .orElseThrow(() -> UsageException.flag("unknown shorthand flag: '"
                                + Printable.of(String.valueOf(letter)) + "' in -" + Printable.of(cluster)));
                rest = rest.substring(1);
                if (rest.length() > 1 && rest.charAt(0) == '=') {
                    set(flag, rest.substring(1));
                    return;
                }
                if (flag.shape() == Flag.Shape.SWITCH) {
                    set(flag, "true");
                } else if (!rest.isEmpty()) {
                    set(flag, rest);
                    return;
                } else {
                    set(flag, nextWord("flag needs an argument: '" + letter + "' in -" + cluster));
                }
            }
        }

        private String nextWord(String orElse) {
            if (next == words.size()) {
                throw UsageException.flag(orElse);
            }
            return words.get(next++);
        }

        private void set(Flag<?> flag, String text) {
            Object value;
            try {
                value = flag.reader().apply(text);
            } catch (WhaleboxException e) {
                throw UsageException.flag("invalid argument " + Strconv.quote(text) + " for "
                        + Strconv.quote(flag.spelling()) + " flag: " + Printable.messageOf(e));
            }
            line.values.computeIfAbsent(flag, f -> new ArrayList<>()).add(value);
        }
    }
}
