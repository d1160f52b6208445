package io.whalebox.runtime.seccomp;

import java.util.Optional;
import java.util.stream.Stream;

/**
 * A comparison of one argument of a system call, as unsigned 64-bit numbers; see seccomp_rule_add(3), whose meaning
 * the OCI specification takes over. Where the call takes only 32 bits of an argument (on 32-bit architectures always,
 * else where the table of calls says {@code int}), the low 32 bits of both sides are compared.
 *
 * @param index which argument, 0 to 5
 * @param value what it is compared with; for {@link Operator#MASKED_EQ} the mask
 * @param valueTwo for {@link Operator#MASKED_EQ} what must be left after the mask; else unused and 0
 */
public record ArgumentCheck(int index, Operator operator, long value, long valueTwo) {
    static final int MAX_ARGUMENTS = 6;

    public ArgumentCheck {
        if (index < 0 || index >= MAX_ARGUMENTS) {
            throw new IllegalArgumentException("a system call has arguments 0 to 5, not " + index);
        }
    }

    @Override
    public String toString() {
        String left = "arg" + index;
        return operator == Operator.MASKED_EQ
                ? left + " & " + hex(value) + " == " + hex(valueTwo)
                : left + " " + operator.symbol + " " + hex(value);
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    /** How an argument is compared. */
    public enum Operator {
        NE("!="),
        LT("<"),
        LE("<="),
        EQ("=="),
        GE(">="),
        GT(">"),
        MASKED_EQ("&");

        private static final String OCI_PREFIX = "SCMP_CMP_";

        private final String symbol;

        Operator(String symbol) {
            this.symbol = symbol;
        }

        String ociName() {
            return OCI_PREFIX + name();
        }

        static Optional<Operator> ofOciName(String name) {
            return Stream.of(values()).filter(o -> o.ociName().equals(name)).findFirst();
        }

        static Optional<Operator> ofSymbol(String symbol) {
            return Stream.of(values()).filter(o -> o.symbol.equals(symbol)).findFirst();
        }
    }
}
