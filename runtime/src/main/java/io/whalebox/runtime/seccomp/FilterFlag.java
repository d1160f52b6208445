package io.whalebox.runtime.seccomp;

import java.util.Collection;

/** How a filter is installed: {@code SECCOMP_FILTER_FLAG_*} of seccomp(2). */
public enum FilterFlag {
    /** Everything that is not allowed is logged too, unless the administrator switched that off. */
    LOG(2),
    /** Speculative store bypass stays on for the container; without it, each filtered process pays for its defence. */
    SPEC_ALLOW(4);

    private static final String OCI_PREFIX = "SECCOMP_FILTER_FLAG_";

    private final int bit;

    FilterFlag(int bit) {
        this.bit = bit;
    }

    String ociName() {
        return OCI_PREFIX + name();
    }

    static int bits(Collection<FilterFlag> flags) {
        return flags.stream().mapToInt(flag -> flag.bit).reduce(0, (bits, bit) -> bits | bit);
    }
}
