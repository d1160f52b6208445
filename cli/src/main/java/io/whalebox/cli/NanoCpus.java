package io.whalebox.cli;

import java.math.BigDecimal;
import java.math.BigInteger;

/** A number of processors in billionths: {@code --cpus 1.5}. A fraction such as {@code 1/2} is understood too. */
record NanoCpus(long billionths) {
    static final long ONE = 1_000_000_000;
    /** The kernel gives no smaller quota than a hundredth of a processor's time. */
    static final long LEAST = ONE / 100;

    private static final BigInteger BILLION = BigInteger.valueOf(ONE);

    static NanoCpus parse(String text) {
        int slash = text.indexOf('/');
        String numerator = slash < 0 ? text : text.substring(0, slash);
        String denominator = slash < 0 ? "1" : text.substring(slash + 1);
        if (!ByteSize.isDecimal(numerator) || !isNatural(denominator)) {
            throw Strconv.invalid("failed to parse " + text + " as a rational number");
        }
        BigDecimal scaled = new BigDecimal(numerator).multiply(new BigDecimal(BILLION));
        try {
            BigInteger[] parts = scaled.toBigIntegerExact().divideAndRemainder(new BigInteger(denominator));
            if (parts[1].signum() != 0) {
                throw Strconv.invalid("value is too precise");
            }
            return new NanoCpus(parts[0].longValueExact());
        } catch (ArithmeticException e) {
            throw Strconv.invalid(
                    scaled.abs().compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                            ? "value is out of range"
                            : "value is too precise");
        }
    }

    private static boolean isNatural(String text) {
        return !text.isEmpty()
                && text.chars().allMatch(c -> c >= '0' && c <= '9')
                && text.chars().anyMatch(c -> c != '0');
    }
}
