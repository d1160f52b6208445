package io.whalebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the files of removed containers. */
class RemainsTest {
    @TempDir
    Path directory;

    private Home home;

    @BeforeEach
    void makeAStore() throws IOException {
        home = new Home(directory.resolve("root"), directory.resolve("run"));
        Files.createDirectories(home.containers());
        Files.createDirectories(home.removed());
    }

    @Test
    void aContainerIsGoneAtOnceAndItsFilesAreByTheEnd() throws IOException {
        Files.createDirectories(home.container("some").resolve("upper/deep"));
        Files.writeString(home.container("some").resolve("upper/deep/file"), "text");

        try (Remains remains = new Remains(home)) {
            assertThat(remains.take("some")).isTrue();
            assertThat(home.containers()).isEmptyDirectory();
            remains.delete("some");
        }

        assertThat(home.removed()).isEmptyDirectory();
    }

    @Test
    void oneThatIsNotThereIsNoError() {
        try (Remains remains = new Remains(home)) {
            assertThat(remains.take("none")).isFalse();
        }
        assertThat(home.removed()).isEmptyDirectory();
    }

    @Test
    void whatADeadEngineLeftIsDeleted() throws IOException {
        Files.createDirectories(home.removed().resolve("left/work"));
        Files.writeString(home.removed().resolve("left/log"), "text");

        try (Remains remains = new Remains(home)) {
            remains.sweep();
        }

        assertThat(home.removed()).isEmptyDirectory();
    }
}
