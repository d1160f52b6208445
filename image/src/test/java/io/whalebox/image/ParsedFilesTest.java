package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ParsedFilesTest {
    private static final Clock LATER = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(1));

    private static final String DAMAGED = "{";

    private final AtomicInteger parsed = new AtomicInteger();
    private Path file;

    @BeforeEach
    void place(@TempDir Path directory) {
        file = directory.resolve("record.json");
    }

    /** Counts how often it had to be parsed. */
    private ParsedFiles<String> files(Clock clock) {
        return new ParsedFiles<>(
                (content, _) -> {
                    parsed.incrementAndGet();
                    return parse(new String(content, StandardCharsets.UTF_8));
                },
                clock);
    }

    private static String parse(String text) {
        if (text.equals(DAMAGED)) {
            throw new IllegalArgumentException(text);
        }
        return text;
    }

    private void replace(String text) throws IOException {
        Path staged = file.resolveSibling("staged");
        Files.writeString(staged, text);
        Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void parsesAFileOnce() throws IOException {
        ParsedFiles<String> files = files(LATER);
        replace("one");
        assertThat(files.read(file)).contains("one");
        assertThat(files.read(file)).contains("one");
        assertThat(parsed).hasValue(1);
    }

    @Test
    void seesThatAFileWasReplacedWrittenToOrRemoved() throws IOException {
        ParsedFiles<String> files = files(LATER);
        replace("one");
        assertThat(files.read(file)).contains("one");
        replace("two");
        assertThat(files.read(file)).contains("two");
        Files.writeString(file, "three");
        assertThat(files.read(file)).contains("three");
        Files.delete(file);
        assertThat(files.read(file)).isEmpty();
        replace("four");
        assertThat(files.read(file)).contains("four");
    }

    @Test
    void takesNoFileOfTheLastMomentForTheSame() throws IOException {
        // Two of one size in one tick of the kernel's clock may even have the same inode, one after the other.
        ParsedFiles<String> files = files(Clock.systemUTC());
        for (int i = 0; i < 1000; i++) {
            String text = String.valueOf(1000 + i);
            replace(text);
            assertThat(files.read(file)).contains(text);
        }
    }

    @Test
    void sharesNothingBetweenFiles() throws IOException {
        ParsedFiles<String> files = files(LATER);
        replace("one");
        Path other = file.resolveSibling("other");
        Files.writeString(other, "other");
        assertThat(files.read(file)).contains("one");
        assertThat(files.read(other)).contains("other");
        assertThat(files.read(file)).contains("one");
    }

    @Test
    void keepsNothingOfAFileThatIsDamaged() throws IOException {
        ParsedFiles<String> files = files(LATER);
        replace(DAMAGED);
        assertThatThrownBy(() -> files.read(file)).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> files.read(file)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void aFileOfTheLastMomentIsParsedOnceToo() throws IOException {
        ParsedFiles<String> files = files(Clock.systemUTC());
        replace("one");
        assertThat(files.read(file)).contains("one");
        assertThat(files.read(file)).contains("one");
        assertThat(parsed).hasValue(1);

        replace("two");
        assertThat(files.read(file)).contains("two");
        assertThat(parsed).hasValue(2);
    }

    @Test
    void whatItsWriterToldIsNotParsedAtAll() throws IOException {
        ParsedFiles<String> files = files(Clock.systemUTC());
        replace("one");
        files.wrote(file, "one".getBytes(StandardCharsets.UTF_8), "one");
        assertThat(files.read(file)).contains("one");
        assertThat(parsed).hasValue(0);
    }

    @Test
    void whatItsWriterToldIsNothingOnceAnotherHasWritten() throws IOException {
        ParsedFiles<String> files = files(Clock.systemUTC());
        files.wrote(file, "one".getBytes(StandardCharsets.UTF_8), "one");
        assertThat(files.read(file)).isEmpty();

        files.wrote(file, "one".getBytes(StandardCharsets.UTF_8), "one");
        replace("two");
        assertThat(files.read(file)).contains("two");
    }
}
