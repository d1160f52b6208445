package io.whalebox.runtime.seccomp;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * The part of a kernel's release that profiles compare: {@code 6.1.0-18-amd64} and {@code 6.1-rc3} are both 6.1.
 */
public record KernelVersion(int major, int minor) {
    private static final int MAX_DIGITS = 4;

    /** From a release as uname(2) gives it. */
    static Optional<KernelVersion> ofRelease(String release) {
        int dot = release.indexOf('.');
        int end = dot + 1;
        while (end < release.length() && isDigit(release.charAt(end))) {
            end++;
        }
        return dot < 0 ? Optional.empty() : of(release.substring(0, dot), release.substring(dot + 1, end));
    }

    /** From a profile, which may say nothing but {@code MAJOR.MINOR}. */
    static Optional<KernelVersion> parse(String version) {
        int dot = version.indexOf('.');
        return dot < 0 ? Optional.empty() : of(version.substring(0, dot), version.substring(dot + 1));
    }

    private static Optional<KernelVersion> of(String major, String minor) {
        OptionalInt first = number(major);
        OptionalInt second = number(minor);
        return first.isPresent() && second.isPresent()
                ? Optional.of(new KernelVersion(first.getAsInt(), second.getAsInt()))
                : Optional.empty();
    }

    private static OptionalInt number(String digits) {
        if (digits.isEmpty() || digits.length() > MAX_DIGITS) {
            return OptionalInt.empty();
        }
        int number = 0;
        for (int i = 0; i < digits.length(); i++) {
            if (!isDigit(digits.charAt(i))) {
                return OptionalInt.empty();
            }
            number = number * 10 + (digits.charAt(i) - '0');
        }
        return OptionalInt.of(number);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    boolean isAtLeast(KernelVersion other) {
        return major > other.major || (major == other.major && minor >= other.minor);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
