package io.whalebox.runtime.cgroup;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.OptionalLong;

/** From the units of the OCI specification, which are those of cgroup v1, to those of version 2. */
final class Conversions {
    static final long UNLIMITED = -1;
    private static final String MAX = "max";

    private static final long MIN_SHARES = 2;
    private static final long MAX_SHARES = 1 << 18;
    private static final long MIN_WEIGHT = 1;
    private static final long MAX_WEIGHT = 10_000;
    /** The kernel's normal period, in microseconds. */
    private static final long NORMAL_PERIOD = 100_000;

    private Conversions() {}

    /**
     * From cpu.shares to cpu.weight.
     *
     * <p>The field had a straight line from (2, 1) to (262144, 10000) for years, which turned the normal 1024 into 39,
     * so that a container with default shares lost against everything outside containers. Since 2025 runc and crun
     * take a parabola on logarithmic scales through the smallest, the normal and the largest value of both. So does
     * Whalebox: a container weighs the same whichever engine starts it, and 1024 is 100.
     */
    static long cpuWeight(long shares) {
        if (shares <= MIN_SHARES) {
            return MIN_WEIGHT;
        }
        if (shares >= MAX_SHARES) {
            return MAX_WEIGHT;
        }
        double log = Math.log((double) shares) / Math.log(2);
        double exponent = (log * log + 125 * log) / 612 - 7.0 / 34;
        // A hair below, since 10^2 comes out as 100.00000000000001 on some processors, which would round up.
        return (long) Math.ceil(Math.pow(10, exponent) - 1e-9);
    }

    /** From blkio.weight, 10 to 1000, to io.weight, 1 to 10000. */
    static long ioWeight(long weight) {
        return 1 + (weight - 10) * 9999 / 990;
    }

    /** {@code cpu.max}: a quota and its period. */
    static String cpuMax(OptionalLong quota, OptionalLong period) {
        long micros = quota.orElse(0);
        return (micros > 0 ? Long.toString(micros) : MAX) + " "
                + (period.orElse(0) > 0 ? period.getAsLong() : NORMAL_PERIOD);
    }

    /**
     * From memory plus swap to {@code memory.swap.max}, which counts swap alone. Empty: leave it as it is.
     *
     * <p>Unlimited memory alone frees swap too, as it does on version 1.
     */
    static OptionalLong swapMax(OptionalLong memoryAndSwap, OptionalLong memory) {
        if (memoryAndSwap.orElse(0) == 0) {
            return memory.orElse(0) == UNLIMITED ? OptionalLong.of(UNLIMITED) : OptionalLong.empty();
        }
        long both = memoryAndSwap.getAsLong();
        if (both == UNLIMITED || memory.orElse(0) == UNLIMITED) {
            return OptionalLong.of(both);
        }
        if (memory.orElse(0) == 0) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, "You should always set the Memory limit when using Memoryswap limit, see usage");
        }
        if (both < memory.getAsLong()) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, "Minimum memoryswap limit should be larger than memory limit, see usage");
        }
        return OptionalLong.of(both - memory.getAsLong());
    }

    /** As files of version 2 write a limit. */
    static String limit(long value) {
        return value < 0 ? MAX : Long.toString(value);
    }

    /** {@code pids.max}: zero is no limit, since a group without a single process is of no use. */
    static String pidsMax(long limit) {
        return limit <= 0 ? MAX : Long.toString(limit);
    }
}
