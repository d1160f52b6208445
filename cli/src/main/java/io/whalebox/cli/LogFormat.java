package io.whalebox.cli;

/** How a line of the log is written. */
enum LogFormat {
    TEXT,
    JSON;

    static LogFormat parse(String text) {
        return switch (text) {
            case "text" -> TEXT;
            case "json" -> JSON;
            default -> throw Strconv.invalid("must be one of \"text\" or \"json\"");
        };
    }
}
