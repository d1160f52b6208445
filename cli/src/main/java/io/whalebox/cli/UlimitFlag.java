package io.whalebox.cli;

import java.util.List;

/** {@code --ulimit nofile=1024:2048}; -1 is unlimited. */
record UlimitFlag(String name, long soft, long hard) {
    private static final List<String> NAMES = List.of(
            "core",
            "cpu",
            "data",
            "fsize",
            "locks",
            "memlock",
            "msgqueue",
            "nice",
            "nofile",
            "nproc",
            "rss",
            "rtprio",
            "rttime",
            "sigpending",
            "stack");

    static UlimitFlag parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw Strconv.invalid("invalid ulimit argument: " + text);
        }
        String name = text.substring(0, equals);
        if (!NAMES.contains(name)) {
            throw Strconv.invalid("invalid ulimit type: " + name);
        }
        String limits = text.substring(equals + 1);
        String[] values = limits.split(":", -1);
        if (values.length > 2) {
            throw Strconv.invalid(
                    "too many limit value arguments - " + limits + ", can only have up to two, `soft[:hard]`");
        }
        long soft = Strconv.parseDecimal(values[0]);
        long hard = values.length == 2 ? Strconv.parseDecimal(values[1]) : soft;
        if (hard != -1 && soft == -1) {
            throw Strconv.invalid(
                    "ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited), hard: " + hard);
        }
        if (hard != -1 && soft > hard) {
            throw Strconv.invalid("ulimit soft limit must be less than or equal to hard limit: " + soft + " > " + hard);
        }
        return new UlimitFlag(name, soft, hard);
    }
}
