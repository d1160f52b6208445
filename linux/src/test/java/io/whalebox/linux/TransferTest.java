package io.whalebox.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransferTest {
    @TempDir
    Path directory;

    private final byte[] content = new byte[300_000];

    @BeforeEach
    void fill() {
        new Random(1).nextBytes(content);
    }

    private Fd source() throws IOException {
        return Fd.open(Files.write(directory.resolve("source"), content).toString(), OpenFlags.O_RDONLY);
    }

    private Fd sink(int flags) {
        return Fd.open(directory.resolve("sink").toString(), OpenFlags.O_WRONLY | OpenFlags.O_CREAT | flags, 0600);
    }

    @Test
    void everythingArrivesThroughAPipe() throws IOException, InterruptedException {
        Pipe pipe = Pipe.open();
        Thread feeder = Thread.ofPlatform().start(() -> {
            try (Fd from = source();
                    Fd to = pipe.write()) {
                assertThat(Transfer.copy(from, to)).isEqualTo(Transfer.End.SOURCE_ENDED);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        try (Fd sink = sink(0)) {
            assertThat(Transfer.copy(pipe.read(), sink)).isEqualTo(Transfer.End.SOURCE_ENDED);
        }
        feeder.join();
        assertThat(directory.resolve("sink")).hasBinaryContent(content);
    }

    /** splice(2) does neither. */
    @Test
    void filesAreCopiedToFilesAndAppendedToThem() throws IOException {
        Files.writeString(directory.resolve("sink"), "before");
        try (Fd from = source();
                Fd to = sink(OpenFlags.O_APPEND)) {
            assertThat(Transfer.copy(from, to)).isEqualTo(Transfer.End.SOURCE_ENDED);
        }
        byte[] result = Files.readAllBytes(directory.resolve("sink"));
        assertThat(new String(result, 0, 6, UTF_8)).isEqualTo("before");
        assertThat(result).endsWith(content).hasSize(6 + content.length);
    }

    @Test
    void aReaderWhoHasLeftIsNoFailure() throws IOException {
        Pipe pipe = Pipe.open();
        pipe.read().close();
        try (Fd from = source();
                Fd to = pipe.write()) {
            assertThat(Transfer.copy(from, to)).isEqualTo(Transfer.End.SINK_CLOSED);
        }
    }

    @Test
    void aSinkThatSomebodyMadeNonBlockingIsWaitedFor() throws IOException, InterruptedException {
        Pipe pipe = Pipe.open();
        int setStatusFlags = 4;
        Kernel.call(Syscall.FCNTL, pipe.write(), pipe.write().number(), setStatusFlags, OpenFlags.O_NONBLOCK);
        Thread drain = Thread.ofPlatform().start(() -> {
            try (Fd sink = sink(0)) {
                Transfer.copy(pipe.read(), sink);
            }
        });
        try (Fd from = source();
                Fd to = pipe.write()) {
            assertThat(Transfer.copy(from, to)).isEqualTo(Transfer.End.SOURCE_ENDED);
        }
        drain.join();
        assertThat(directory.resolve("sink")).hasBinaryContent(content);
    }
}
