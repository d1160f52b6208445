package io.whalebox.image;

import io.whalebox.image.ContainerDefaults.Healthcheck;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The instruction {@code HEALTHCHECK}: {@code NONE}, or {@code [--interval=… …] CMD command}. */
final class HealthcheckChange {
    private static final Pattern FLAG = Pattern.compile("--([a-z-]+)=(\\S*)\\s*");
    /** A number of units, and as many of them as somebody likes: {@code 1m30s}. */
    private static final Pattern DURATION = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|µs|ms|s|m|h)");

    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);
    private static final long SHORTEST_NANOS = 1_000_000;

    private final Map<String, String> flags = new HashMap<>();

    private HealthcheckChange() {}

    static Healthcheck parse(String argument) {
        HealthcheckChange change = new HealthcheckChange();
        return change.read(change.takeFlags(argument));
    }

    private String takeFlags(String argument) {
        Matcher matcher = FLAG.matcher(argument);
        int end = 0;
        while (matcher.find(end) && matcher.start() == end) {
            flags.put(matcher.group(1), matcher.group(2));
            end = matcher.end();
        }
        return argument.substring(end);
    }

    private Healthcheck read(String rest) {
        String kind = rest.split("\\s", 2)[0].toUpperCase(Locale.ROOT);
        String command = rest.substring(kind.length()).strip();
        Healthcheck check = switch (kind) {
            case "NONE" -> {
                if (!command.isEmpty() || !flags.isEmpty()) {
                    throw invalid("HEALTHCHECK NONE takes no arguments");
                }
                yield new Healthcheck(List.of("NONE"), 0, 0, 0, 0, 0);
            }
            case "CMD" -> {
                if (command.isEmpty()) {
                    throw invalid("missing command after HEALTHCHECK CMD");
                }
                yield new Healthcheck(
                        test(command),
                        duration("interval"),
                        duration("timeout"),
                        duration("start-period"),
                        duration("start-interval"),
                        retries());
            }
            default -> throw invalid("unknown type \"" + kind + "\" in HEALTHCHECK (try CMD)");
        };
        if (!flags.isEmpty()) {
            throw invalid("unknown flag: " + flags.keySet().iterator().next());
        }
        return check;
    }

    private static List<String> test(String command) {
        Optional<List<String>> exec = ConfigChange.jsonArray(command);
        List<String> test = new ArrayList<>(List.of(exec.isPresent() ? "CMD" : "CMD-SHELL"));
        test.addAll(exec.orElse(List.of(command)));
        return test;
    }

    private int retries() {
        String text = Optional.ofNullable(flags.remove("retries")).orElse("0");
        try {
            int retries = Integer.parseInt(text);
            if (retries >= 0) {
                return retries;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a negative one.
        }
        throw invalid("--retries cannot be \"" + text + "\": expected a number of at least 0");
    }

    /** Nanoseconds; 0 where it isn't given or is 0, so that the default applies. */
    private long duration(String flag) {
        String text = Optional.ofNullable(flags.remove(flag)).orElse("0");
        if (text.equals("0")) {
            return 0;
        }
        Matcher matcher = DURATION.matcher(text);
        BigDecimal nanos = BigDecimal.ZERO;
        int end = 0;
        while (matcher.find(end) && matcher.start() == end) {
            nanos = nanos.add(new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(unit(matcher.group(2)))));
            end = matcher.end();
        }
        if (end != text.length() || nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw invalid("--" + flag + " cannot be \"" + text + "\": expected a duration such as 30s or 1m30s");
        }
        if (nanos.signum() != 0 && nanos.longValue() < SHORTEST_NANOS) {
            throw invalid("--" + flag + " cannot be \"" + text + "\": the shortest is 1ms");
        }
        return nanos.longValue();
    }

    private static long unit(String name) {
        return NANOS.getOrDefault(name, 0L);
    }

    private static WhaleboxException invalid(String message) {
        return new WhaleboxException(ErrorKind.INVALID, message);
    }
}
