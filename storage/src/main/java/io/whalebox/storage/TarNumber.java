package io.whalebox.storage;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** The ways in which tar writes numbers. */
final class TarNumber {
    private TarNumber() {}

    /**
     * A field of a header: octal digits among spaces and zero bytes, or GNU's base 256, a big-endian two's complement
     * number whose first bit is a mark. An empty field is 0.
     *
     * @return nothing when it is neither, or does not fit
     */
    static Optional<Long> parse(byte[] block, int start, int length) {
        return (block[start] & 0x80) != 0 ? base256(block, start, length) : octal(block, start, length);
    }

    private static Optional<Long> base256(byte[] block, int start, int length) {
        // The first byte is 1svvvvvv: the mark, the sign, and six bits of the number.
        boolean negative = (block[start] & 0x40) != 0;
        long value = negative ? block[start] | 0x80L : block[start] & 0x3f;
        for (int i = start + 1; i < start + length; i++) {
            if (value >> 55 != (negative ? -1 : 0)) {
                return Optional.empty();
            }
            value = (value << 8) | (block[i] & 0xff);
        }
        return Optional.of(value);
    }

    private static Optional<Long> octal(byte[] block, int start, int length) {
        int from = start;
        int end = start + length;
        while (from < end && isBlank(block[from])) {
            from++;
        }
        while (end > from && isBlank(block[end - 1])) {
            end--;
        }
        long value = 0;
        // Twelve digits at most, so this does not overflow.
        for (int i = from; i < end; i++) {
            // Some tars end the number with a zero byte and leave old bytes behind it.
            if (isBlank(block[i])) {
                break;
            }
            if (block[i] < '0' || block[i] > '7') {
                return Optional.empty();
            }
            value = (value << 3) | (block[i] - '0');
        }
        return Optional.of(value);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == 0;
    }

    /** A whole decimal number without sign, of a pax record or a sparse map. */
    static Optional<Long> decimal(byte[] text) {
        // Nineteen digits can exceed a long, and then parseLong refuses.
        if (text.length == 0 || text.length > 19) {
            return Optional.empty();
        }
        for (byte b : text) {
            if (b < '0' || b > '9') {
                return Optional.empty();
            }
        }
        try {
            return Optional.of(Long.parseLong(new String(text, StandardCharsets.US_ASCII)));
        } catch (NumberFormatException tooLarge) {
            return Optional.empty();
        }
    }

    /** A pax time: decimal seconds with any number of decimals, of which nine count. */
    static Optional<Instant> time(byte[] text) {
        int point = 0;
        while (point < text.length && text[point] != '.') {
            point++;
        }
        boolean negative = text.length > 0 && text[0] == '-';
        Optional<Long> whole = decimal(Arrays.copyOfRange(text, negative ? 1 : 0, Math.max(negative ? 1 : 0, point)));
        long nanos = 0;
        int unit = 1_000_000_000;
        for (int i = point + 1; i < text.length; i++) {
            if (text[i] < '0' || text[i] > '9') {
                return Optional.empty();
            }
            unit /= 10;
            nanos += (long) unit * (text[i] - '0');
        }
        long sign = negative ? -1 : 1;
        long fraction = sign * nanos;
        return whole.filter(seconds -> seconds < Instant.MAX.getEpochSecond())
                .map(seconds -> Instant.ofEpochSecond(sign * seconds, fraction));
    }
}
