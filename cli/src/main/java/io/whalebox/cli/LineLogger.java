package io.whalebox.cli;

import java.text.MessageFormat;
import java.util.Optional;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/** A {@link System.Logger} that writes to the {@link Log} in force at the moment of the event. */
final class LineLogger implements System.Logger {
    private final String name;

    LineLogger(String name) {
        this.name = name;
    }

    static LineLogger of(String name) {
        return new LineLogger(name.startsWith("io.whalebox.") ? name.substring("io.whalebox.".length()) : name);
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean isLoggable(Level level) {
        return Log.current().includes(level);
    }

    @Override
    public void log(
            Level level, @Nullable ResourceBundle bundle, @Nullable String message, @Nullable Throwable thrown) {
        Log log = Log.current();
        if (log.includes(level)) {
            log.write(name, level, String.valueOf(message), Optional.ofNullable(thrown));
        }
    }

    @Override
    public void log(
            Level level,
            @Nullable ResourceBundle bundle,
            @Nullable String format,
            @Nullable Object @Nullable ... values) {
        Log log = Log.current();
        if (log.includes(level)) {
            String message = values == null || values.length == 0 ? String.valueOf(format) : format(format, values);
            log.write(name, level, message, Optional.empty());
        }
    }

    private static String format(@Nullable String format, @Nullable Object[] values) {
        return MessageFormat.format(String.valueOf(format), values);
    }

    /** Found by {@link java.util.ServiceLoader}, for the JDK's own parts; its backend would load java.logging. */
    public static final class Finder extends System.LoggerFinder {
        @Override
        public System.Logger getLogger(String name, Module module) {
            return of(name);
        }
    }
}
