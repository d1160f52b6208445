package io.whalebox.cli;

import io.whalebox.engine.ContainerSpec.DeviceMapping;

/** {@code --device HOST[:CONTAINER][:rwm]}. */
final class DeviceFlag {
    private static final String ALL = "rwm";

    private DeviceFlag() {}

    static DeviceMapping parse(String text) {
        String[] parts = text.split(":", -1);
        String host = parts[0];
        if (host.isEmpty() || parts.length > 3) {
            throw Strconv.invalid("invalid device specification: " + text);
        }
        return switch (parts.length) {
            case 1 -> new DeviceMapping(host, host, ALL);
            case 2 ->
                isAccess(parts[1])
                        ? new DeviceMapping(host, host, parts[1])
                        : new DeviceMapping(host, path(text, parts[1]), ALL);
            default -> {
                if (!isAccess(parts[2])) {
                    throw Strconv.invalid(
                            "invalid device mode: " + parts[2] + ": it is made of the letters r, w and m");
                }
                yield new DeviceMapping(host, path(text, parts[1]), parts[2]);
            }
        };
    }

    private static String path(String text, String path) {
        if (!path.startsWith("/")) {
            throw Strconv.invalid("invalid device specification: " + text + ": " + path + " is not an absolute path");
        }
        return path;
    }

    private static boolean isAccess(String text) {
        return !text.isEmpty()
                && text.chars().allMatch(c -> ALL.indexOf(c) >= 0)
                && text.chars().distinct().count() == text.length();
    }
}
