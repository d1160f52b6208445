package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.avaje.jsonb.JsonType;
import io.avaje.jsonb.Jsonb;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ParsedFilesTest {
    private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1));

    private final AtomicInteger parsed = new AtomicInteger();
    private Path file;

    @BeforeEach
    void place(@TempDir Path directory) {
        file = directory.resolve("record.json");
    }

    /** Counts how often it had to be parsed. */
    private ParsedFiles<List<String>> files(Clock clock) {
        JsonType<List<String>> text = Jsonb.builder().build().type(String.class).list();
        return new ParsedFiles<>(
                () -> {
                    parsed.incrementAndGet();
                    return text;
                },
                clock);
    }

    private static String json(String text) {
        return "[\"" + text + "\"]";
    }

    private void replace(String json) throws IOException {
        Path staged = file.resolveSibling("staged");
        Files.writeString(staged, json);
        Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void parsesAFileOnce() throws IOException {
        ParsedFiles<List<String>> files = files(LATER);
        replace(json("one"));
        assertThat(files.read(file)).contains(List.of("one"));
        assertThat(files.read(file)).contains(List.of("one"));
        assertThat(parsed).hasValue(1);
    }

    @Test
    void seesThatAFileWasReplacedWrittenToOrRemoved() throws IOException {
        ParsedFiles<List<String>> files = files(LATER);
        replace(json("one"));
        assertThat(files.read(file)).contains(List.of("one"));
        replace(json("two"));
        assertThat(files.read(file)).contains(List.of("two"));
        Files.writeString(file, json("three"));
        assertThat(files.read(file)).contains(List.of("three"));
        Files.delete(file);
        assertThat(files.read(file)).isEmpty();
        replace(json("four"));
        assertThat(files.read(file)).contains(List.of("four"));
    }

    @Test
    void takesNoFileOfTheLastMomentForTheSame() throws IOException {
        // Two of one size in one tick of the kernel's clock may even have the same inode, one after the other.
        ParsedFiles<List<String>> files = files(Clock.systemUTC());
        for (int i = 0; i < 1000; i++) {
            String text = String.valueOf(1000 + i);
            replace(json(text));
            assertThat(files.read(file)).contains(List.of(text));
        }
    }

    @Test
    void sharesNothingBetweenFiles() throws IOException {
        ParsedFiles<List<String>> files = files(LATER);
        replace(json("one"));
        Path other = file.resolveSibling("other");
        Files.writeString(other, json("other"));
        assertThat(files.read(file)).contains(List.of("one"));
        assertThat(files.read(other)).contains(List.of("other"));
        assertThat(files.read(file)).contains(List.of("one"));
    }

    @Test
    void keepsNothingOfAFileThatIsNoJson() throws IOException {
        ParsedFiles<List<String>> files = files(LATER);
        replace("{");
        assertThatThrownBy(() -> files.read(file)).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> files.read(file)).isInstanceOf(RuntimeException.class);
    }
}
