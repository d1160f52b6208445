package io.whalebox.runtime.seccomp;

import io.whalebox.linux.Errno;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the kernel does with a call; see "Filter return values" in seccomp(2).
 *
 * @param data the errno of {@link Kind#ERRNO} (0 to 4095), the message of {@link Kind#TRACE} (0 to 65535), else 0
 */
public record Action(Kind kind, int data) {
    /** The kernel's limit: a greater one would be clamped to it. */
    static final int MAX_ERRNO = 4095;

    static final int MAX_DATA = 0xffff;

    public static final Action ALLOW = new Action(Kind.ALLOW, 0);

    /** For calls of an architecture that the profile does not cover: what libseccomp calls "bad arch". */
    static final Action KILL_THREAD = new Action(Kind.KILL_THREAD, 0);

    public static Action errno(Errno errno) {
        return new Action(Kind.ERRNO, errno.number());
    }

    public Action {
        int limit = switch (kind) {
            case ERRNO -> MAX_ERRNO;
            case TRACE -> MAX_DATA;
            case KILL_PROCESS, KILL_THREAD, TRAP, LOG, ALLOW -> 0;
        };
        if (data < 0 || data > limit) {
            throw new IllegalArgumentException(kind + " takes 0 to " + limit + ", not " + data);
        }
    }

    /** The value that the filter returns. */
    int returnValue() {
        return kind.returnBits | data;
    }

    /** What {@link #returnValue()} made. */
    static Optional<Action> ofReturnValue(int value) {
        return Stream.of(Kind.values())
                .filter(kind -> kind.returnBits == (value & 0xffff0000))
                .findFirst()
                .map(kind -> new Action(kind, value & MAX_DATA));
    }

    // Written out, because the generated ones would be linked while the first container waits.
    @Override
    public boolean equals(Object other) {
        return other instanceof Action action && returnValue() == action.returnValue();
    }

    @Override
    public int hashCode() {
        return returnValue();
    }

    /** Whether the call is executed. */
    boolean letsThrough() {
        return kind == Kind.ALLOW || kind == Kind.LOG;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case ERRNO -> "errno " + (Errno.of(data) == Errno.UNKNOWN ? String.valueOf(data) : Errno.of(data));
            case TRACE -> "trace " + data;
            case KILL_PROCESS, KILL_THREAD, TRAP, LOG, ALLOW ->
                kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        };
    }

    /** The kinds of action, strictest first. */
    public enum Kind {
        KILL_PROCESS(0x80000000),
        KILL_THREAD(0x00000000),
        /** Sends SIGSYS. */
        TRAP(0x00030000),
        ERRNO(0x00050000),
        /** Asks a tracer; fails with ENOSYS when there is none. */
        TRACE(0x7ff00000),
        /** Allows, and writes a line to the audit log. */
        LOG(0x7ffc0000),
        ALLOW(0x7fff0000);

        private static final String OCI_PREFIX = "SCMP_ACT_";

        private final int returnBits;

        Kind(int returnBits) {
            this.returnBits = returnBits;
        }

        String ociName() {
            return OCI_PREFIX + name();
        }

        /** The older name {@code SCMP_ACT_KILL} means the thread. */
        static Optional<Kind> ofOciName(String name) {
            return name.equals("SCMP_ACT_KILL")
                    ? Optional.of(KILL_THREAD)
                    : Stream.of(values())
                            .filter(kind -> kind.ociName().equals(name))
                            .findFirst();
        }

        boolean takesData() {
            return this == ERRNO || this == TRACE;
        }
    }
}
