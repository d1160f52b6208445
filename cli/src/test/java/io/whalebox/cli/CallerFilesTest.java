package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerFilesTest {
    @ParameterizedTest
    @CsvSource({
        "a/b, /home/a/b",
        "/etc/hosts, /etc/hosts",
        "/dev/fd/63, /proc/77/fd/63",
        "/dev/./fd/63, /proc/77/fd/63",
        "../dev/stdin, /proc/77/fd/0",
        "/dev/stderr, /proc/77/fd/2",
        "/proc/self/fd/3, /proc/77/fd/3",
        "/proc/selfish, /proc/selfish",
        "/dev/null, /dev/null"
    })
    void whatEachProcessHasOfItsOwnIsTheCallers(String path, String file) {
        assertThat(new CallerFiles(Path.of("/home"), OptionalInt.of(77)).file(path))
                .isEqualTo(Path.of(file));
    }

    @ParameterizedTest
    @CsvSource({"/dev/fd/63, /dev/fd/63", "x, /home/x"})
    void inTheCallersOwnProcessEverythingIs(String path, String file) {
        assertThat(new CallerFiles(Path.of("/home"), OptionalInt.empty()).file(path))
                .isEqualTo(Path.of(file));
    }
}
