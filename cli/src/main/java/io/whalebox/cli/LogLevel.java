package io.whalebox.cli;

import java.lang.System.Logger.Level;

/** How much is logged. */
enum LogLevel {
    DEBUG(Level.DEBUG),
    INFO(Level.INFO),
    WARN(Level.WARNING),
    ERROR(Level.ERROR),
    OFF(Level.OFF);

    private final Level threshold;

    LogLevel(Level threshold) {
        this.threshold = threshold;
    }

    static LogLevel parse(String text) {
        return switch (text) {
            case "debug" -> DEBUG;
            case "info" -> INFO;
            case "warn" -> WARN;
            case "error" -> ERROR;
            case "off" -> OFF;
            default -> throw Strconv.invalid("must be one of \"debug\", \"info\", \"warn\", \"error\" or \"off\"");
        };
    }

    boolean includes(Level level) {
        return threshold != Level.OFF && level.getSeverity() >= threshold.getSeverity();
    }
}
