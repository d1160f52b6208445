package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What a formatter and a compiler cannot see. */
class StyleTest {
    private static final List<Path> SOURCES = Project.files("*.java", "*.c", "*.h");

    @Test
    void aFileIsASmallRoom() {
        assertThat(SOURCES)
                .isNotEmpty()
                .allSatisfy(file -> assertThat(Project.read(file).lines().count())
                        .as("lines of %s", Project.name(file))
                        .isLessThan(450));
    }

    @Test
    void nothingIsLeftForLater() {
        // Spelled so that this file does not find itself.
        Pattern later = Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b|@Dis" + "abled\\b");
        assertThat(Project.files("*.java", "*.c", "*.h", "*.xml", "*.md", "check", "whalebox", "scripts", "bench"))
                .allSatisfy(file ->
                        assertThat(Project.read(file)).as(Project.name(file)).doesNotContainPattern(later));
    }

    @Test
    void noTestSleepsToWait() {
        assertThat(Project.files("*Test.java", "*Properties.java"))
                .allSatisfy(file ->
                        assertThat(Project.read(file)).as(Project.name(file)).doesNotContain("Thread.sl" + "eep"));
    }
}
