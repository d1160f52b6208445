package io.whalebox.cli;

import io.whalebox.cli.template.JsonText;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;

/**
 * Where the log goes, in which form, and from which level on. One event is one line, whatever is in it, written by one
 * call so that lines of several threads do not mix.
 */
final class Log {
    private static final Log OF_PROCESS = new Log(LogLevel.WARN, LogFormat.TEXT, System.err, Clock.systemUTC());

    /** Each command has its own, also where one process runs several at once; the threads that it starts inherit it. */
    private static final InheritableThreadLocal<Log> OF_COMMAND = new InheritableThreadLocal<>();

    private final LogLevel level;
    private final LogFormat format;
    private final OutputStream sink;
    private final Clock clock;
    private final long startedNanos;
    private volatile boolean over;

    Log(LogLevel level, LogFormat format, OutputStream sink, Clock clock) {
        this.level = level;
        this.format = format;
        this.sink = sink;
        this.clock = clock;
        this.startedNanos = System.nanoTime();
    }

    static Log current() {
        Log log = OF_COMMAND.get();
        return log == null || log.over ? OF_PROCESS : log;
    }

    /** Takes effect for what this thread logs, and the threads that it starts. */
    static void configure(LogLevel level, LogFormat format, Optional<String> file, OutputStream err) {
        OutputStream sink = err;
        if (file.isPresent()) {
            try {
                sink = new FileOutputStream(file.get(), true);
            } catch (IOException e) {
                throw new WhaleboxException(
                        ErrorKind.INVALID, "cannot append to the log file: " + Printable.messageOf(e), e);
            }
        }
        OF_COMMAND.set(new Log(level, format, sink, Clock.systemUTC()));
    }

    /**
     * For a thread that goes on to serve another command. Threads that this one's command has started and that outlive it
     * have the log of the process from now on.
     */
    static void forget() {
        Log log = OF_COMMAND.get();
        if (log != null) {
            log.end();
        }
        OF_COMMAND.remove();
    }

    private synchronized void end() {
        over = true;
        if (sink instanceof FileOutputStream file) {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close the log", e);
            }
        }
    }

    boolean includes(Level wanted) {
        return level.includes(wanted);
    }

    void write(String logger, Level severity, String message, Optional<Throwable> error) {
        double elapsedMillis = (System.nanoTime() - startedNanos) / 1e6;
        String line = format == LogFormat.JSON
                ? json(logger, severity, message, error, elapsedMillis)
                : text(logger, severity, message, error, elapsedMillis);
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        try {
            synchronized (this) {
                if (!over) {
                    sink.write(bytes);
                    sink.flush();
                    return;
                }
            }
            if (OF_PROCESS.includes(severity)) {
                OF_PROCESS.write(logger, severity, message, error);
            }
        } catch (IOException e) {
            // Whoever asked for a log wants to know that it is not complete.
            throw new UncheckedIOException("cannot write to the log", e);
        }
    }

    private String text(
            String logger, Level severity, String message, Optional<Throwable> error, double elapsedMillis) {
        return clock.instant() + " " + name(severity) + " " + logger + ": " + Printable.of(message)
                + error.map(e -> ": " + Printable.of(e.toString())).orElse("") + " (+" + milliseconds(elapsedMillis)
                + " ms)\n";
    }

    private String json(
            String logger, Level severity, String message, Optional<Throwable> error, double elapsedMillis) {
        return "{\"time\":\"" + clock.instant() + "\",\"level\":\"" + name(severity) + "\",\"logger\":"
                + JsonText.quote(logger) + ",\"message\":" + JsonText.quote(message)
                + error.map(e -> ",\"error\":" + JsonText.quote(e.toString())).orElse("") + ",\"elapsed_ms\":"
                + milliseconds(elapsedMillis) + "}\n";
    }

    private static String name(Level severity) {
        return severity == Level.WARNING ? "warn" : severity.getName().toLowerCase(Locale.ROOT);
    }

    /** With three decimals; a formatter would load a good part of java.text for this. */
    private static String milliseconds(double millis) {
        long micros = Math.round(millis * 1000);
        String fraction = Long.toString(1000 + micros % 1000).substring(1);
        return micros / 1000 + "." + fraction;
    }
}
