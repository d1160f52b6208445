package io.whalebox.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.avaje.jsonb.JsonType;
import io.whalebox.linux.Stat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What small files of one kind say, parsed once for as long as each is the same file: a look at its inode tells, where
 * reading and parsing it would take ten times as long. Any process may replace the files or write to them.
 *
 * <p>A file is known by its inode, its size and the time of its last change. The kernel's clock for that ticks a hundred
 * times a second, and the inode of a file that was replaced is often that of the next one but one: so a file of the last
 * moment is read each time, for another could look the same before the clock ticks, and parsed only if its bytes are new.
 */
public final class ParsedFiles<T> {
    /** Some file systems count whole seconds. */
    private static final Duration MOMENT = Duration.ofSeconds(2);

    private static final int MOST = 2048;

    private final Parser<T> parser;
    private final Clock clock;
    /** The one that was asked for last is last. */
    private final Map<String, Parsed<T>> kept = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Parsed<T>> eldest) {
            return size() > MOST;
        }
    };

    /** What is kept of a file. */
    private sealed interface Parsed<T> {
        /** One that can be known by its inode. */
        record Settled<T>(long inode, long size, Instant changed, T content) implements Parsed<T> {
            boolean isOf(Stat file) {
                return inode == file.inode() && size == file.size() && changed.equals(file.changed());
            }
        }

        /** One of the last moment, which is known by its bytes. */
        record Young<T>(ByteBuffer bytes, T content) implements Parsed<T> {}
    }

    /** Makes something of a file's content. */
    @FunctionalInterface
    interface Parser<T> {
        T parse(byte[] content, Path file) throws IOException;
    }

    /** @param clock the one that files have their times from */
    ParsedFiles(Parser<T> parser, Clock clock) {
        this.parser = parser;
        this.clock = clock;
    }

    ParsedFiles(Parser<T> parser) {
        this(parser, Clock.systemUTC());
    }

    /**
     * Files that hold JSON of one format.
     *
     * @param format made when first needed
     */
    public static <T> ParsedFiles<T> ofJson(Supplier<JsonType<T>> format) {
        return new ParsedFiles<>((content, _) -> json(format.get(), content));
    }

    /** Bytes that are no UTF-8 are damage, which the JSON parser would pass over. */
    private static <T> T json(JsonType<T> type, byte[] content) throws CharacterCodingException {
        return type.fromJson(UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString());
    }

    /**
     * What a file says; empty when there is none.
     *
     * @throws RuntimeException when it is not what it should be
     */
    public Optional<T> read(Path path) throws IOException {
        String name = path.toString();
        Optional<Stat> found = Stat.find(name);
        if (found.isEmpty()) {
            forget(name);
            return Optional.empty();
        }
        Stat file = found.get();
        Optional<T> known = known(name, file);
        if (known.isPresent()) {
            return known;
        }
        try {
            // Should it be replaced right now, this is kept under the inode of the one before, and not found again.
            byte[] bytes = Files.readAllBytes(path);
            Optional<T> unchanged = known(name, bytes);
            T content = unchanged.isPresent() ? unchanged.get() : parser.parse(bytes, path);
            if (file.changed().isBefore(clock.instant().minus(MOMENT))) {
                keep(name, new Parsed.Settled<>(file.inode(), file.size(), file.changed(), content));
            } else {
                keep(name, new Parsed.Young<>(ByteBuffer.wrap(bytes), content));
            }
            return Optional.of(content);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /**
     * Keeps what the caller has just written to a file, which need not be parsed then.
     *
     * @param bytes all of the file; not to be changed
     */
    public void wrote(Path path, byte[] bytes, T content) {
        keep(path.toString(), new Parsed.Young<>(ByteBuffer.wrap(bytes), content));
    }

    /** Keeps nothing of a file that is gone. */
    public void forget(Path path) {
        forget(path.toString());
    }

    private synchronized Optional<T> known(String name, Stat file) {
        return kept.get(name) instanceof Parsed.Settled<T> parsed && parsed.isOf(file)
                ? Optional.of(parsed.content())
                : Optional.empty();
    }

    private synchronized Optional<T> known(String name, byte[] bytes) {
        return kept.get(name) instanceof Parsed.Young<T> parsed
                        && parsed.bytes().equals(ByteBuffer.wrap(bytes))
                ? Optional.of(parsed.content())
                : Optional.empty();
    }

    private synchronized void keep(String name, Parsed<T> parsed) {
        kept.put(name, parsed);
    }

    private synchronized void forget(String name) {
        kept.remove(name);
    }
}
