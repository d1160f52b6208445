package io.whalebox.cli;

import io.whalebox.linux.WhaleboxException;

/**
 * A number of bytes, written with Docker's units: {@code 100m}, {@code 1.5GiB}, {@code 64 kb}, {@code 1024}. Every
 * unit is a power of 1024, whichever way it is spelled.
 */
record ByteSize(long bytes) {
    private static final String UNITS = "kmgtp";

    /** What {@code --memory-swap -1} means. */
    static final ByteSize UNLIMITED = new ByteSize(-1);

    static ByteSize parse(String text) {
        int last = lastOf(text, "0123456789. ");
        if (last < 0) {
            throw Strconv.invalid("invalid size: '" + text + "'");
        }
        String suffix = text.substring(last + 1);
        double number = number(text.substring(0, text.charAt(last) == ' ' ? last : last + 1));
        if (number < 0) {
            throw Strconv.invalid("invalid size: '" + text + "'");
        }
        double bytes = number * factor(suffix);
        // The largest double below 2^63; a conversion would quietly stop there.
        if (bytes >= 0x1p63) {
            throw Strconv.invalid("invalid size: '" + text + "': it does not fit in 63 bits");
        }
        return new ByteSize((long) bytes);
    }

    static ByteSize parseOrUnlimited(String text) {
        return text.equals("-1") ? UNLIMITED : parse(text);
    }

    private static long factor(String suffix) {
        String unit = suffix.toLowerCase(java.util.Locale.ROOT);
        if (unit.isEmpty() || unit.equals("b")) {
            return 1;
        }
        int power = UNITS.indexOf(unit.charAt(0)) + 1;
        String rest = unit.substring(1);
        if (power == 0 || !(rest.isEmpty() || rest.equals("b") || rest.equals("ib"))) {
            // Docker shows a suffix that is too long as it stands, and any other in lower case.
            throw Strconv.invalid("invalid suffix: '" + (suffix.length() > 3 ? suffix : unit) + "'");
        }
        return 1L << (10 * power);
    }

    private static double number(String text) {
        if (!isDecimal(text)) {
            throw Strconv.syntax("ParseFloat", text);
        }
        return Double.parseDouble(text);
    }

    /** Digits with at most one point and an exponent; {@link Double#parseDouble} knows more than that. */
    static boolean isDecimal(String text) {
        int at = text.startsWith("+") || text.startsWith("-") ? 1 : 0;
        int exponent = Math.max(text.indexOf('e'), text.indexOf('E'));
        String mantissa = text.substring(at, exponent < 0 ? text.length() : exponent);
        long points = mantissa.chars().filter(c -> c == '.').count();
        if (points > 1 || mantissa.length() == points || !digits(mantissa.replace(".", ""))) {
            return false;
        }
        if (exponent < 0) {
            return true;
        }
        String power = text.substring(exponent + 1);
        String unsigned = power.startsWith("+") || power.startsWith("-") ? power.substring(1) : power;
        return !unsigned.isEmpty() && unsigned.length() < 5 && digits(unsigned);
    }

    private static boolean digits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static int lastOf(String text, String characters) {
        for (int i = text.length() - 1; i >= 0; i--) {
            if (characters.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /** As Docker prints sizes of images: three digits and a decimal unit. */
    static String decimal(long bytes) {
        return decimal(bytes, 3);
    }

    /** The same with another number of digits. */
    static String decimal(long bytes, int digits) {
        String[] units = {"B", "kB", "MB", "GB", "TB", "PB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        return rounded(value, digits) + units[unit];
    }

    /** As Docker prints amounts of memory: {@code 7.637GiB}. */
    static String binary(long bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return rounded(value, 4) + units[unit];
    }

    private static String rounded(double value, int digits) {
        return new java.math.BigDecimal(value)
                .round(new java.math.MathContext(digits))
                .stripTrailingZeros()
                .toPlainString();
    }

    /** A failure to read one, for those who report it in their own words. */
    static boolean isReadable(String text) {
        try {
            parse(text);
            return true;
        } catch (WhaleboxException e) {
            return false;
        }
    }
}
