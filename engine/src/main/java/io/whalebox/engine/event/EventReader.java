package io.whalebox.engine.event;

import io.avaje.json.JsonException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Reads the files of an {@link EventLog}, the older first, and goes on in the newer as it grows and is turned over. */
final class EventReader implements AutoCloseable {
    private static final int BUFFER = 64 << 10;

    /** How long at most until the reader looks again, should the kernel have told of nothing. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

    private final Path current;
    private final Path previous;
    private final WatchService changes;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private Optional<FileChannel> file = Optional.empty();
    private Optional<Object> key = Optional.empty();

    EventReader(Path directory) throws IOException {
        current = directory.resolve("current");
        previous = directory.resolve("previous");
        changes = directory.getFileSystem().newWatchService();
        // Before the first look, so that nothing falls between the two.
        var _ = directory.register(changes, StandardWatchEventKinds.ENTRY_MODIFY, StandardWatchEventKinds.ENTRY_CREATE);
        if (!open(previous)) {
            var _ = open(current);
        }
    }

    private boolean open(Path path) throws IOException {
        try {
            FileChannel opened = FileChannel.open(path);
            Optional<Object> itsKey = keyOf(path);
            if (file.isPresent()) {
                file.get().close();
            }
            file = Optional.of(opened);
            key = itsKey;
            line.reset();
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static Optional<Object> keyOf(Path path) throws IOException {
        try {
            return Optional.ofNullable(
                    Files.readAttributes(path, BasicFileAttributes.class).fileKey());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Passes over everything that is there. */
    void skip() throws IOException {
        drain(_ -> {});
    }

    /** Hands on what is there and what comes. */
    void read(Consumer<Event> reader, Optional<Instant> until) throws IOException {
        while (true) {
            // Asked before: what happens until then has been written down by then.
            boolean over = until.filter(end -> !Instant.now().isBefore(end)).isPresent();
            drain(reader);
            if (over || !awaitChange(until)) {
                return;
            }
        }
    }

    private void drain(Consumer<Event> reader) throws IOException {
        boolean more = true;
        while (more) {
            if (file.isPresent()) {
                drain(file.get(), reader);
            }
            Optional<Object> now = keyOf(current);
            more = now.isPresent() && !now.equals(key) && open(current);
        }
    }

    private void drain(FileChannel channel, Consumer<Event> reader) throws IOException {
        for (int read = channel.read(buffer.clear()); read > 0; read = channel.read(buffer.clear())) {
            buffer.flip();
            while (buffer.hasRemaining()) {
                byte b = buffer.get();
                if (b == '\n') {
                    hand(line.toString(StandardCharsets.UTF_8), reader);
                    line.reset();
                } else {
                    line.write(b);
                }
            }
        }
    }

    private static void hand(String text, Consumer<Event> reader) {
        Event event;
        try {
            event = EventLog.Json.TYPE.fromJson(text);
        } catch (JsonException e) {
            // The machine stopped in the middle of it.
            return;
        }
        reader.accept(event);
    }

    /** Returns false when the thread is to stop. */
    private boolean awaitChange(Optional<Instant> until) {
        Duration wait = until.map(end -> Duration.between(Instant.now(), end))
                .filter(left -> left.compareTo(LONGEST_WAIT) < 0)
                .orElse(LONGEST_WAIT);
        try {
            Optional<WatchKey> changed =
                    Optional.ofNullable(changes.poll(Math.max(1, wait.toMillis()), TimeUnit.MILLISECONDS));
            changed.ifPresent(it -> {
                var _ = it.pollEvents();
                var _ = it.reset();
            });
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        changes.close();
        if (file.isPresent()) {
            file.get().close();
        }
    }
}
