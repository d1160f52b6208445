package io.whalebox.cli;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Options of {@code whalebox} itself: they may stand before the command or among its own. */
final class GlobalFlags {
    static final Flag<Boolean> HELP = Flag.toggle("help", "Print this page and quit");

    static final Flag<Boolean> VERSION =
            Flag.toggle("version", "Print version information and quit").shorthand('v');

    static final Flag<LogLevel> LOG_LEVEL = Flag.single(
                    "log-level",
                    "level",
                    LogLevel::parse,
                    "What to log: \"debug\", \"info\", \"warn\", \"error\" or \"off\"")
            .standard("\"warn\"");

    static final Flag<LogFormat> LOG_FORMAT = Flag.single(
                    "log-format",
                    "format",
                    LogFormat::parse,
                    "How to write the log: \"text\" or \"json\", one line an event")
            .standard("\"text\"");

    static final Flag<String> LOG_FILE = Flag.single(
            "log-file", "path", Function.identity(), "Append the log to a file instead of writing it to stderr");

    static final List<Flag<?>> AFTER_COMMAND = List.of(LOG_LEVEL, LOG_FORMAT, LOG_FILE, HELP);

    static final List<Flag<?>> BEFORE_COMMAND = List.of(LOG_LEVEL, LOG_FORMAT, LOG_FILE, HELP, VERSION);

    private GlobalFlags() {}

    static List<Flag<?>> with(List<Flag<?>> flags) {
        return Stream.concat(flags.stream(), AFTER_COMMAND.stream()).toList();
    }
}
