package io.whalebox.cli;

import io.whalebox.cli.template.Quotation;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.math.BigInteger;

/**
 * Numbers and switches read from text as Go's package of this name does, since that is the grammar Docker's options
 * have: {@code 0x10}, {@code 0b1} and {@code 1_000} are integers, {@code t} is true. The messages are the ones that
 * Docker's users search for.
 */
final class Strconv {
    private Strconv() {}

    static boolean parseBool(String text) {
        return switch (text) {
            case "1", "t", "T", "true", "TRUE", "True" -> true;
            case "0", "f", "F", "false", "FALSE", "False" -> false;
            default -> throw syntax("ParseBool", text);
        };
    }

    static long parseInt(String text) {
        return parseInt(text, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    static int parseInt32(String text) {
        return (int) parseInt(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    static int parseUint16(String text) {
        if (text.startsWith("-") || text.startsWith("+")) {
            throw syntax("ParseUint", text);
        }
        return (int) integer("ParseUint", text, text, BigInteger.ZERO, BigInteger.valueOf(0xffff));
    }

    private static long parseInt(String text, long lowest, long highest) {
        String digits = text.startsWith("+") ? text.substring(1) : text;
        return integer("ParseInt", text, digits, BigInteger.valueOf(lowest), BigInteger.valueOf(highest));
    }

    /** Base 10 only, as sizes and limits of processes have it. */
    static long parseDecimal(String text) {
        String digits = text.startsWith("+") || text.startsWith("-") ? text.substring(1) : text;
        if (digits.isEmpty() || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw syntax("ParseInt", text);
        }
        return inRange(
                "ParseInt",
                text,
                new BigInteger(text),
                BigInteger.valueOf(Long.MIN_VALUE),
                BigInteger.valueOf(Long.MAX_VALUE));
    }

    private static long integer(String function, String text, String signed, BigInteger lowest, BigInteger highest) {
        boolean negative = signed.startsWith("-");
        String digits = negative ? signed.substring(1) : signed;
        int base = 10;
        boolean separatorAllowed = false;
        if (digits.length() > 1 && digits.charAt(0) == '0') {
            char kind = Character.toLowerCase(digits.charAt(1));
            base = kind == 'x' ? 16 : kind == 'b' ? 2 : 8;
            digits = digits.substring(kind == 'x' || kind == 'b' || kind == 'o' ? 2 : 1);
            // The prefix counts as a digit: 0x_10 is a number, _10 is not.
            separatorAllowed = true;
        }
        StringBuilder plain = new StringBuilder(digits.length());
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            if (c == '_' && separatorAllowed && i + 1 < digits.length()) {
                separatorAllowed = false;
            } else if (c < 128 && Character.digit(c, base) >= 0) {
                plain.append(c);
                separatorAllowed = true;
            } else {
                throw syntax(function, text);
            }
        }
        if (plain.isEmpty()) {
            throw syntax(function, text);
        }
        BigInteger value = new BigInteger(plain.toString(), base);
        return inRange(function, text, negative ? value.negate() : value, lowest, highest);
    }

    private static long inRange(String function, String text, BigInteger value, BigInteger lowest, BigInteger highest) {
        if (value.compareTo(lowest) < 0 || value.compareTo(highest) > 0) {
            throw invalid("strconv." + function + ": parsing " + quote(text) + ": value out of range");
        }
        return value.longValueExact();
    }

    static WhaleboxException syntax(String function, String text) {
        return invalid("strconv." + function + ": parsing " + quote(text) + ": invalid syntax");
    }

    static WhaleboxException invalid(String message) {
        return new WhaleboxException(ErrorKind.INVALID, message);
    }

    /** See {@link Quotation#quote}. */
    static String quote(String text) {
        return Quotation.quote(text);
    }

    /** See {@link Quotation#isPrintable}. */
    static boolean isPrintable(int codePoint) {
        return Quotation.isPrintable(codePoint);
    }
}
