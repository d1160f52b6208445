package io.whalebox.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ControlFilesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path scratch;

    @Test
    void readsAFileWhoseSizeTheKernelDoesNotSay() {
        assertThat(ControlFiles.read("/proc/self/status"))
                .contains("Pid:\t" + ProcessHandle.current().pid());
    }

    @Test
    void readsMoreThanOneBufferful() throws IOException {
        String text = "0123456789".repeat(5000);
        Path file = Files.writeString(scratch.resolve("long"), text);
        assertThat(ControlFiles.read(file.toString())).isEqualTo(text);
    }

    @Test
    void aMissingFileIsNothingToFind() {
        assertThat(ControlFiles.find(scratch.resolve("absent").toString())).isEmpty();
        assertThat(ControlFiles.exists(scratch.resolve("absent").toString())).isFalse();
    }

    @Test
    void aWriteNeverCreates() {
        Path absent = scratch.resolve("absent");
        assertThatThrownBy(() -> ControlFiles.write(absent.toString(), "1"))
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
                .hasMessage("openat " + absent + ": no such file or directory");
        assertThat(absent).doesNotExist();
    }

    @Test
    void directoriesAreMadeListedAndRemoved() throws IOException {
        String made = scratch.resolve("made").toString();
        Files.writeString(scratch.resolve("file"), "");
        assertThat(ControlFiles.makeDirectory(made)).isTrue();
        assertThat(ControlFiles.makeDirectory(made)).isFalse();
        assertThat(ControlFiles.subdirectories(scratch.toString())).containsExactly("made");
        assertThat(ControlFiles.removeDirectory(made)).isTrue();
        assertThat(ControlFiles.removeDirectory(made)).isFalse();
        assertThat(ControlFiles.subdirectories(made)).isEmpty();
    }
}
