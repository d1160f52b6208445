package io.whalebox.cli;

import io.whalebox.linux.WhaleboxException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A time as Docker's filters take it: {@code 2026-01-02T15:04:05Z} and shorter forms of that in the zone here, seconds
 * since 1970, or how long ago ({@code 10m}, {@code 1h30m}).
 */
final class Moment {
    private static final Pattern SECONDS = Pattern.compile("(\\d{1,12})(?:\\.(\\d{1,9}))?");
    private static final Pattern DURATION = Pattern.compile("[+-]?[\\d.]+(?:ns|us|µs|ms|s|m|h).*");
    private static final int NANO_DIGITS = 9;

    private Moment() {}

    static Instant parse(String text, Instant now) {
        Matcher seconds = SECONDS.matcher(text);
        if (seconds.matches()) {
            String fraction = Optional.ofNullable(seconds.group(2)).orElse("");
            return Instant.ofEpochSecond(
                    Long.parseLong(seconds.group(1)),
                    Long.parseLong((fraction + "0".repeat(NANO_DIGITS)).substring(0, NANO_DIGITS)));
        }
        try {
            return DURATION.matcher(text).matches()
                    ? now.minus(Durations.parse(text))
                    : date(text.toUpperCase(Locale.ROOT));
        } catch (DateTimeException | ArithmeticException | WhaleboxException e) {
            throw Strconv.invalid("invalid time " + Strconv.quote(text)
                    + ": write how long ago, such as 24h, or when, such as 2026-01-02T15:04:05");
        }
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
