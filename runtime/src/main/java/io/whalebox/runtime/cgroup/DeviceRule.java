package io.whalebox.runtime.cgroup;

import io.avaje.jsonb.Json;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.List;
import java.util.OptionalLong;

/**
 * Whether the device nodes that it names may be used; an element of {@code linux.resources.devices} in the OCI
 * specification. Rules apply in order, and for each kind of access the last rule that matches decides.
 *
 * @param allow or deny
 * @param type {@code c} (character), {@code b} (block) or {@code a} (both)
 * @param major the driver's number; empty: any
 * @param minor the device's number; empty: any
 * @param access some of {@code r} (read), {@code w} (write), {@code m} (mknod)
 */
@Json
public record DeviceRule(boolean allow, String type, OptionalLong major, OptionalLong minor, String access) {
    private static final String ALL = "rwm";
    private static final long MAX_MAJOR = (1 << 12) - 1;
    private static final long MAX_MINOR = (1 << 20) - 1;

    public static final DeviceRule DENY_ALL =
            new DeviceRule(false, "a", OptionalLong.empty(), OptionalLong.empty(), ALL);
    public static final DeviceRule ALLOW_ALL =
            new DeviceRule(true, "a", OptionalLong.empty(), OptionalLong.empty(), ALL);

    /**
     * What every container may use: any node may be made, and these may be opened: null, zero, full, random, urandom,
     * tty, console, ptmx and the pseudo-terminals behind it.
     */
    public static final List<DeviceRule> CONTAINER_DEFAULTS = List.of(
            DENY_ALL,
            new DeviceRule(true, "c", OptionalLong.empty(), OptionalLong.empty(), "m"),
            new DeviceRule(true, "b", OptionalLong.empty(), OptionalLong.empty(), "m"),
            allow("c", 1, 3, ALL),
            allow("c", 1, 5, ALL),
            allow("c", 1, 7, ALL),
            allow("c", 1, 8, ALL),
            allow("c", 1, 9, ALL),
            allow("c", 5, 0, ALL),
            allow("c", 5, 1, ALL),
            allow("c", 5, 2, ALL),
            new DeviceRule(true, "c", OptionalLong.of(136), OptionalLong.empty(), ALL));

    public DeviceRule {
        // The specification lets type and access be left out, and -1 say "any".
        type = type == null || type.isEmpty() ? "a" : type;
        access = access == null || access.isEmpty() ? ALL : access;
        major = anyIfNegative(major);
        minor = anyIfNegative(minor);
        if (!List.of("a", "b", "c").contains(type)) {
            throw invalid("type " + type + " is none of a, b, c");
        }
        if (!access.chars().allMatch(c -> ALL.indexOf(c) >= 0)
                || access.chars().distinct().count() != access.length()) {
            throw invalid("access " + access + " is not made of r, w and m, each at most once");
        }
        if (major.orElse(0) > MAX_MAJOR || minor.orElse(0) > MAX_MINOR) {
            throw invalid("no device has the number " + number(major) + ":" + number(minor));
        }
    }

    public static DeviceRule allow(String type, long major, long minor, String access) {
        return new DeviceRule(true, type, OptionalLong.of(major), OptionalLong.of(minor), access);
    }

    public static DeviceRule deny(String type, long major, long minor, String access) {
        return new DeviceRule(false, type, OptionalLong.of(major), OptionalLong.of(minor), access);
    }

    /** Whether it speaks of every device and every access, so that no earlier rule matters. */
    boolean isTotal() {
        return type.equals("a") && major.isEmpty() && minor.isEmpty() && access.length() == ALL.length();
    }

    boolean permits(char kind) {
        return access.indexOf(kind) >= 0;
    }

    /** As the files of cgroup v1 write it: {@code c 1:3 rwm}. */
    String entry(String ofType) {
        return ofType + " " + number(major) + ":" + number(minor) + " " + access;
    }

    @Override
    public String toString() {
        return (allow ? "allow " : "deny ") + entry(type);
    }

    private static String number(OptionalLong number) {
        return number.isPresent() ? Long.toString(number.getAsLong()) : "*";
    }

    private static OptionalLong anyIfNegative(OptionalLong number) {
        return number.orElse(-1) < 0 ? OptionalLong.empty() : number;
    }

    private static WhaleboxException invalid(String reason) {
        return new WhaleboxException(ErrorKind.INVALID, "invalid device rule: " + reason);
    }
}
