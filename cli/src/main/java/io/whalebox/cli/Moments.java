package io.whalebox.cli;

import io.whalebox.linux.WhaleboxException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Moments as Docker's {@code --since} and {@code --until} take them. */
final class Moments {
    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000);

    private static final List<Function<String, Instant>> FORMS = List.of(
            text -> OffsetDateTime.parse(text).toInstant(),
            text -> LocalDateTime.parse(text).atZone(ZoneId.systemDefault()).toInstant(),
            text -> LocalDate.parse(text).atStartOfDay(ZoneId.systemDefault()).toInstant());

    private Moments() {}

    /**
     * Reads RFC 3339 dates and times, seconds since 1970 with a fraction, and durations before now.
     *
     * @throws WhaleboxException for anything else
     */
    static Instant parse(String text, Instant now) {
        Optional<Instant> date =
                FORMS.stream().flatMap(form -> read(text, form).stream()).findFirst();
        if (date.isPresent()) {
            return date.get();
        }
        if (text.matches("\\d{1,18}(\\.\\d{1,9})?")) {
            BigDecimal seconds = new BigDecimal(text);
            BigInteger whole = seconds.toBigInteger();
            long nanos = seconds.subtract(new BigDecimal(whole)).multiply(NANOS).longValue();
            return Instant.ofEpochSecond(Math.min(whole.longValue(), Instant.MAX.getEpochSecond()), nanos);
        }
        try {
            return now.minus(Durations.parse(text));
        } catch (WhaleboxException e) {
            throw Strconv.invalid(
                    "invalid value for \"since\" or \"until\": failed to parse value as time or duration: \"" + text
                            + "\"");
        }
    }

    private static Optional<Instant> read(String text, Function<String, Instant> form) {
        try {
            return Optional.of(form.apply(text));
        } catch (DateTimeParseException e) {
            // Another form may fit.
            return Optional.empty();
        }
    }
}
