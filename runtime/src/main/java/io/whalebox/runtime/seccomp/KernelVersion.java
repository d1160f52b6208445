package io.whalebox.runtime.seccomp;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of a kernel's release that profiles compare: {@code 6.1.0-18-amd64} and {@code 6.1-rc3} are both 6.1.
 */
public record KernelVersion(int major, int minor) implements Comparable<KernelVersion> {
    private static final Pattern RELEASE = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(?!\\d).*", Pattern.DOTALL);
    private static final Pattern VERSION = Pattern.compile("\\d{1,3}\\.\\d{1,3}");

    /** From a release as uname(2) gives it. */
    static Optional<KernelVersion> ofRelease(String release) {
        Matcher matcher = RELEASE.matcher(release);
        return matcher.matches()
                ? Optional.of(new KernelVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }

    /** From a profile, which may say nothing but {@code MAJOR.MINOR}. */
    static Optional<KernelVersion> parse(String version) {
        return VERSION.matcher(version).matches() ? ofRelease(version) : Optional.empty();
    }

    boolean isAtLeast(KernelVersion other) {
        return compareTo(other) >= 0;
    }

    @Override
    public int compareTo(KernelVersion other) {
        return Comparator.comparingInt(KernelVersion::major)
                .thenComparingInt(KernelVersion::minor)
                .compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
