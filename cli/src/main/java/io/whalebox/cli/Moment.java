package io.whalebox.cli;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A time as Docker's filters take it: {@code 2026-01-02T15:04:05Z} and shorter forms of that in the zone here, seconds
 * since 1970, or how long ago ({@code 10m}, {@code 1h30m}).
 */
final class Moment {
    private static final Pattern SECONDS = Pattern.compile("(\\d{1,12})(?:\\.(\\d{1,9}))?");
    private static final Pattern DURATION = Pattern.compile("([+-]?)((?:\\d*\\.?\\d+(?:ns|us|µs|ms|s|m|h))+)");
    private static final Pattern PART = Pattern.compile("(\\d*\\.?\\d+)(ns|us|µs|ms|s|m|h)");
    private static final Map<String, Long> NANOS = Map.of(
            "ns", 1L,
            "us", 1_000L,
            "µs", 1_000L,
            "ms", 1_000_000L,
            "s", 1_000_000_000L,
            "m", 60_000_000_000L,
            "h", 3_600_000_000_000L);

    private Moment() {}

    static Instant parse(String text, Instant now) {
        Matcher seconds = SECONDS.matcher(text);
        if (seconds.matches()) {
            return Instant.ofEpochSecond(Long.parseLong(seconds.group(1)));
        }
        try {
            Matcher duration = DURATION.matcher(text);
            return duration.matches() ? now.minus(duration(duration)) : date(text.toUpperCase(Locale.ROOT));
        } catch (DateTimeException | ArithmeticException e) {
            throw Strconv.invalid("invalid time " + Strconv.quote(text)
                    + ": write how long ago, such as 24h, or when, such as 2026-01-02T15:04:05");
        }
    }

    private static Duration duration(Matcher duration) {
        BigDecimal nanos = BigDecimal.ZERO;
        Matcher part = PART.matcher(duration.group(2));
        while (part.find()) {
            nanos = nanos.add(
                    new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(NANOS.getOrDefault(part.group(2), 0L))));
        }
        Duration span = Duration.ofNanos(nanos.toBigInteger().longValueExact());
        return duration.group(1).equals("-") ? span.negated() : span;
    }

    private static Instant date(String text) {
        if (text.indexOf('T') < 0) {
            boolean utc = text.endsWith("Z");
            LocalDate day = LocalDate.parse(utc ? text.substring(0, text.length() - 1) : text);
            return day.atStartOfDay(utc ? ZoneOffset.UTC : ZoneId.systemDefault())
                    .toInstant();
        }
        boolean zoned = text.endsWith("Z") || text.matches(".*[+-]\\d\\d:\\d\\d");
        return zoned
                ? OffsetDateTime.parse(text).toInstant()
                : LocalDateTime.parse(text.matches(".*T\\d\\d") ? text + ":00" : text)
                        .atZone(ZoneId.systemDefault())
                        .toInstant();
    }
}
