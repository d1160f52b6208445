package io.whalebox.engine.event;

import io.avaje.jsonb.JsonType;
import io.whalebox.image.JsonFormats;
import io.whalebox.jsonb.GeneratedJsonComponent;
import io.whalebox.linux.Directory;
import io.whalebox.linux.Fd;
import io.whalebox.linux.FileLock;
import io.whalebox.linux.FileName;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.OpenFlags;
import io.whalebox.linux.PrivateDirectory;
import io.whalebox.linux.Stat;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The events of a store, for some time, in two files of one JSON object a line: {@code current}, and {@code previous},
 * which it becomes when it is full. They belong to no process: whoever does something writes down what, and the readers
 * are told by the kernel, so that events are seen by clients of every engine, and are not lost with one.
 */
public final class EventLog {
    private static final System.Logger LOG = Loggers.named("io.whalebox.engine");
    private static final FileName CURRENT = FileName.of("current");
    private static final FileName PREVIOUS = FileName.of("previous");
    private static final long FULL = 512 << 10;

    private final Path path;

    /** Made when first needed, by whoever needs it first. */
    static final class Json {
        static final JsonType<Event> TYPE = JsonFormats.of(Event.class, new GeneratedJsonComponent());

        private Json() {}
    }

    private EventLog(Path path) {
        this.path = path;
    }

    /**
     * The events below Whalebox's run directory.
     *
     * @param run such as {@code /run/whalebox}
     */
    public static EventLog in(Path run) {
        return new EventLog(run.resolve("events"));
    }

    /** Writes an event down. What could not be is told of in the engine's log: nothing fails for that. */
    public void publish(Event event) {
        byte[] line = (Json.TYPE.toJson(event) + "\n").getBytes(StandardCharsets.UTF_8);
        try (Directory directory = open()) {
            // Appended by one call, between whose bytes nothing of another's can come.
            try (Fd file = directory.open(CURRENT, OpenFlags.O_WRONLY | OpenFlags.O_CREAT | OpenFlags.O_APPEND, 0600)) {
                file.write(line);
            }
            if (isFull(directory)) {
                turnOver(directory);
            }
        } catch (LinuxException | WhaleboxException | UncheckedIOException e) {
            LOG.log(System.Logger.Level.WARNING, "an event was not written down: {0}", e.getMessage());
        }
    }

    private static boolean isFull(Directory directory) {
        return directory
                .find(CURRENT)
                .map(Stat::size)
                .filter(size -> size > FULL)
                .isPresent();
    }

    private static void turnOver(Directory directory) {
        try (FileLock _ = FileLock.on(directory)) {
            if (isFull(directory)) {
                directory.rename(CURRENT, directory, PREVIOUS);
            }
        }
    }

    private Directory open() {
        try {
            return Directory.open(path.toString());
        } catch (LinuxException e) {
            PrivateDirectory.make(path);
            return Directory.open(path.toString());
        }
    }

    /**
     * Hands on events, those that have been and those that come, until the time is over or the thread is interrupted.
     *
     * @param since events before this are left out; empty: all that come from now on
     * @param until when to stop; empty: never
     */
    public void read(Optional<Instant> since, Optional<Instant> until, Consumer<Event> reader) {
        open().close();
        try (EventReader events = new EventReader(path)) {
            if (since.isEmpty() && until.isEmpty()) {
                events.skip();
            }
            events.read(
                    event -> {
                        boolean wanted = !event.at().isBefore(since.orElse(Instant.MIN))
                                && !event.at().isAfter(until.orElse(Instant.MAX));
                        if (wanted) {
                            reader.accept(event);
                        }
                    },
                    until);
        } catch (ClosedByInterruptException e) {
            LOG.log(System.Logger.Level.DEBUG, "a reader of events was interrupted as it read");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
