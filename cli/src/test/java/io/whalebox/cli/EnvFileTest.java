package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvFileTest {
    @TempDir
    Path directory;

    private List<String> read(String content) throws IOException {
        return read(content.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> read(byte[] content) throws IOException {
        return EnvFile.read(
                Files.write(directory.resolve("file"), content), "env file", new Environment(Map.of("HOME", "/root")));
    }

    @Test
    void linesAreTakenAsTheyAre() throws IOException {
        assertThat(read("\ufeffA=\"quoted\"\r\n\tB= spaced \n#C=3\n\n  # D\nE=\n"))
                .containsExactly("A=\"quoted\"", "B= spaced ", "E=");
    }

    @Test
    void aNameAloneIsTheCallersOrNothing() throws IOException {
        assertThat(read("HOME\nNOT_SET\n")).containsExactly("HOME=/root");
    }

    @Test
    void nonsenseIsRefusedInDockersWords() {
        assertThatThrownBy(() -> read("A b=1")).hasMessageEndingWith("file): variable 'A b' contains whitespaces");
        assertThatThrownBy(() -> read("=x")).hasMessageEndingWith("file): no variable name on line '=x'");
        assertThatThrownBy(() -> read(new byte[] {'A', '=', (byte) 0xff})).hasMessageContaining("not UTF-8");
        assertThatThrownBy(() -> read("A=" + "x".repeat(70_000))).hasMessageContaining("line 1 is too long");
        assertThatThrownBy(() -> EnvFile.read(directory, "env file", new Environment(Map.of())))
                .hasMessageContaining("is a directory");
    }
}
