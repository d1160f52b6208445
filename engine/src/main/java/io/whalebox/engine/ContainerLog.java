package io.whalebox.engine;

import io.whalebox.linux.Loggers;
import io.whalebox.runtime.Monitored;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** What a container has printed, as its monitor recorded it in the format of the CRI. */
public final class ContainerLog {
    private static final System.Logger LOG = Loggers.named("io.whalebox.engine");
    private static final long LOOK_AGAIN_MILLIS = 50;

    private final Path directory;
    private final BooleanSupplier running;

    ContainerLog(Path directory, BooleanSupplier running) {
        this.directory = directory;
        this.running = running;
    }

    /**
     * A line, or a part of one.
     *
     * @param error whether it went to standard error
     * @param bytes what was printed, with the end of the line unless it is a part
     */
    public record Entry(Instant time, boolean error, ByteBuffer bytes) {
        boolean endsLine() {
            return bytes.hasRemaining() && bytes.get(bytes.limit() - 1) == '\n';
        }
    }

    /**
     * Which entries are wanted.
     *
     * @param tail the last so many lines only
     * @param follow whether to go on with what is printed later, until the container ends
     */
    public record Query(OptionalInt tail, Optional<Instant> since, Optional<Instant> until, boolean follow) {
        boolean includes(Entry entry) {
            return since.map(from -> !entry.time().isBefore(from)).orElse(true)
                    && until.map(to -> !entry.time().isAfter(to)).orElse(true);
        }

        boolean isOver(Instant now) {
            return until.map(now::isAfter).orElse(false);
        }
    }

    /** Hands over all that is asked for, in its order; ends early when the thread is interrupted. */
    public void read(Query query, Consumer<Entry> reader) {
        Consumer<Entry> wanted = entry -> {
            if (query.includes(entry)) {
                reader.accept(entry);
            }
        };
        Tail last = new Tail(query.tail());
        Consumer<Entry> before = query.tail().isPresent()
                ? entry -> {
                    if (query.includes(entry)) {
                        last.add(entry);
                    }
                }
                : wanted;
        for (Path old : rotated()) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(old))) {
                read(in, before);
            } catch (NoSuchFileException e) {
                // It has just been rotated away, and what follows is newer.
                LOG.log(System.Logger.Level.DEBUG, "{0} was rotated away", old);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        readCurrent(query, before, last, reader, wanted);
    }

    private void readCurrent(
            Query query, Consumer<Entry> before, Tail last, Consumer<Entry> reader, Consumer<Entry> wanted) {
        Path file = directory.resolve(Monitored.Log.Files.NAME);
        boolean first = true;
        try {
            while (true) {
                try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
                    Object key = key(file);
                    if (first) {
                        read(in, before);
                        last.drainTo(reader);
                        first = false;
                    } else {
                        read(in, wanted);
                    }
                    if (!query.follow() || !follow(in, file, key, query, wanted)) {
                        return;
                    }
                }
            }
        } catch (NoSuchFileException e) {
            last.drainTo(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Goes on at the end of a file; false when nothing more is to come, true when another file has taken its place. */
    private boolean follow(InputStream in, Path file, Object key, Query query, Consumer<Entry> wanted)
            throws IOException {
        while (true) {
            // Asked first: what it printed before it ended is read after.
            boolean over = !running.getAsBoolean() || query.isOver(Instant.now());
            boolean replaced = !Files.exists(file) || !key(file).equals(key);
            read(in, wanted);
            if (over) {
                return false;
            }
            if (replaced) {
                return Files.exists(file);
            }
            try {
                Thread.sleep(LOOK_AGAIN_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    private static Object key(Path file) throws IOException {
        return Files.getAttribute(file, "unix:ino");
    }

    /** The older files, the oldest first. */
    private List<Path> rotated() {
        List<Path> files = new ArrayList<>();
        for (int i = 1; Files.exists(directory.resolve(Monitored.Log.Files.NAME + "." + i)); i++) {
            files.addFirst(directory.resolve(Monitored.Log.Files.NAME + "." + i));
        }
        return files;
    }

    /** Reads whole entries; an unfinished one at the end is left for the next call, which needs mark and reset. */
    private static void read(InputStream in, Consumer<Entry> reader) throws IOException {
        while (true) {
            in.mark(1 << 20);
            byte[] line = line(in);
            if (line.length == 0) {
                in.reset();
                return;
            }
            parse(line).ifPresent(reader);
        }
    }

    /** A line with its end; empty when the end is not there yet. */
    private static byte[] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            line.write(b);
            if (b == '\n') {
                return line.toByteArray();
            }
        }
        return new byte[0];
    }

    /** {@code TIME stdout|stderr F|P CONTENT}; what is something else was torn by a full disk. */
    private static Optional<Entry> parse(byte[] line) {
        int time = indexOf(line, 0);
        int stream = indexOf(line, time + 1);
        int tag = indexOf(line, stream + 1);
        if (time < 0 || stream < 0 || tag < 0) {
            return Optional.empty();
        }
        boolean partial = line[tag - 1] == 'P';
        try {
            return Optional.of(new Entry(
                    Instant.parse(new String(line, 0, time, StandardCharsets.US_ASCII)),
                    new String(line, time + 1, stream - time - 1, StandardCharsets.US_ASCII).equals("stderr"),
                    ByteBuffer.wrap(Arrays.copyOfRange(line, tag + 1, line.length - (partial ? 1 : 0)))
                            .asReadOnlyBuffer()));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Where the next space is; -1 when there is none. */
    private static int indexOf(byte[] line, int from) {
        for (int i = from; i < line.length; i++) {
            if (line[i] == ' ') {
                return i;
            }
        }
        return -1;
    }

    /** The last so many lines, of which the parts count as one. */
    private static final class Tail {
        private final int lines;
        private final Deque<Entry> entries = new ArrayDeque<>();
        private int whole;

        Tail(OptionalInt lines) {
            this.lines = lines.orElse(0);
        }

        void add(Entry entry) {
            entries.add(entry);
            whole += entry.endsLine() ? 1 : 0;
            while (whole > lines) {
                whole -= entries.remove().endsLine() ? 1 : 0;
            }
        }

        void drainTo(Consumer<Entry> reader) {
            entries.forEach(reader);
            entries.clear();
        }
    }
}
