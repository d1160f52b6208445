package io.whalebox.linux;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A signal (signal(7)), by its number on the architectures that Whalebox knows.
 *
 * @param number from 1 to 64
 */
public record Signal(int number) {
    public static final Signal HUP = new Signal(1);
    public static final Signal INT = new Signal(2);
    public static final Signal QUIT = new Signal(3);
    public static final Signal KILL = new Signal(9);
    public static final Signal TERM = new Signal(15);
    public static final Signal CONT = new Signal(18);
    public static final Signal WINCH = new Signal(28);

    private static final int LAST = 64;

    /** The first real-time signal that a C library leaves to programs: it keeps two for its threads. */
    private static final int RTMIN = 34;

    /** The names without {@code SIG}. */
    private static final Map<String, Integer> NUMBERS = Map.ofEntries(
            Map.entry("HUP", 1),
            Map.entry("INT", 2),
            Map.entry("QUIT", 3),
            Map.entry("ILL", 4),
            Map.entry("TRAP", 5),
            Map.entry("ABRT", 6),
            Map.entry("IOT", 6),
            Map.entry("BUS", 7),
            Map.entry("FPE", 8),
            Map.entry("KILL", 9),
            Map.entry("USR1", 10),
            Map.entry("SEGV", 11),
            Map.entry("USR2", 12),
            Map.entry("PIPE", 13),
            Map.entry("ALRM", 14),
            Map.entry("TERM", 15),
            Map.entry("STKFLT", 16),
            Map.entry("CHLD", 17),
            Map.entry("CLD", 17),
            Map.entry("CONT", 18),
            Map.entry("STOP", 19),
            Map.entry("TSTP", 20),
            Map.entry("TTIN", 21),
            Map.entry("TTOU", 22),
            Map.entry("URG", 23),
            Map.entry("XCPU", 24),
            Map.entry("XFSZ", 25),
            Map.entry("VTALRM", 26),
            Map.entry("PROF", 27),
            Map.entry("WINCH", 28),
            Map.entry("IO", 29),
            Map.entry("POLL", 29),
            Map.entry("PWR", 30),
            Map.entry("SYS", 31),
            Map.entry("RTMIN", RTMIN),
            Map.entry("RTMAX", LAST));

    public Signal {
        if (number < 1 || number > LAST) {
            throw invalid(Integer.toString(number));
        }
    }

    /**
     * The signal that people mean by a number, or by a name in any case, with or without {@code SIG}: {@code SIGTERM},
     * {@code term}, {@code RTMIN+3}, {@code RTMAX-1}.
     *
     * @throws WhaleboxException INVALID, in Docker's words, for anything else
     */
    public static Signal parse(String text) {
        return find(text).orElseThrow(() -> invalid(text));
    }

    /** As {@link #parse}; empty for what names no signal. */
    public static Optional<Signal> find(String text) {
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return text.length() > 2 ? Optional.empty() : at(Integer.parseInt(text));
        }
        String upper = text.toUpperCase(Locale.ROOT);
        String name = upper.startsWith("SIG") ? upper.substring(3) : upper;
        if (name.startsWith("RTMIN+")) {
            return realTime(RTMIN, name.substring("RTMIN+".length()), 1);
        }
        if (name.startsWith("RTMAX-")) {
            return realTime(LAST, name.substring("RTMAX-".length()), -1);
        }
        return Optional.ofNullable(NUMBERS.get(name)).map(Signal::new);
    }

    private static Optional<Signal> realTime(int from, String distance, int direction) {
        if (!distance.matches("[0-9]{1,2}")) {
            return Optional.empty();
        }
        return at(from + direction * Integer.parseInt(distance)).filter(signal -> signal.number >= RTMIN);
    }

    private static Optional<Signal> at(int number) {
        return number >= 1 && number <= LAST ? Optional.of(new Signal(number)) : Optional.empty();
    }

    private static WhaleboxException invalid(String text) {
        return new WhaleboxException(
                ErrorKind.INVALID,
                "invalid signal: " + text + "; it is a name such as SIGTERM or RTMIN+3, or a number from 1 to " + LAST);
    }
}
