package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Archives that ask for more than anybody has end at a limit, in one line, and leave nothing. */
@EndToEnd
class HostileImportTest {
    private static final int MIB = 1 << 20;

    private final Whalebox whalebox;

    @TempDir
    Path directory;

    private List<Path> before = List.of();

    HostileImportTest(Whalebox whalebox) {
        this.whalebox = whalebox;
    }

    @BeforeEach
    void remember() throws IOException {
        before = stored();
    }

    /** Everything that the store keeps of images. */
    private List<Path> stored() throws IOException {
        try (Stream<Path> files = Files.walk(whalebox.store(), 4)) {
            return files.sorted().toList();
        }
    }

    private Command importing(byte[] archive) {
        return whalebox.command("image", "import", "-", "hostile:latest").input(archive);
    }

    /** A file of zeros, a thousandth of it long. */
    private static byte[] bomb(int mebibytes) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(
                    new TarArchive().announced("zeros", (long) mebibytes * MIB).withoutEnd());
            byte[] zeros = new byte[MIB];
            for (int i = 0; i < mebibytes; i++) {
                gzip.write(zeros);
            }
            gzip.write(new byte[1024]);
        }
        return packed.toByteArray();
    }

    @Test
    void aDecompressionBombStopsAtTheLimit() throws IOException {
        importing(bomb(100))
                .environment("WHALEBOX_MAX_LAYER_BYTES", Integer.toString(10 * MIB))
                .run()
                .refused(1, "10485760", "raise WHALEBOX_MAX_LAYER_BYTES");
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void aFileLargerThanAllowedStopsBeforeItsFirstByte() throws IOException {
        importing(new TarArchive().announced("giant", 1L << 32).end())
                .environment("WHALEBOX_MAX_FILE_BYTES", "1000")
                .run()
                .refused(1, "giant", "raise WHALEBOX_MAX_FILE_BYTES");
        assertThat(stored()).isEqualTo(before);
    }

    @Test
    void anArchiveOfVeryManyEntriesStopsAtTheLimit() throws IOException {
        TarArchive many = new TarArchive();
        for (int i = 0; i < 30_000; i++) {
            many.file("file" + i, "");
        }
        importing(many.end())
                .environment("WHALEBOX_MAX_LAYER_ENTRIES", "20000")
                .run()
                .refused(1, "20000", "raise WHALEBOX_MAX_LAYER_ENTRIES");
        assertThat(stored()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lots", "0", "-1", "1e9"})
    void aLimitThatIsNoNumberIsRefused(String limit) throws IOException {
        importing(new TarArchive().end())
                .environment("WHALEBOX_MAX_LAYER_BYTES", limit)
                .run()
                .refused(1, "invalid WHALEBOX_MAX_LAYER_BYTES \"" + limit + "\"");
        assertThat(stored()).isEqualTo(before);
    }

    /**
     * Memory does not grow with what an archive expands to. The peak is read while the importing process still waits
     * for the end of its input: a pipe holds 64 KiB, so it has read nearly all of what was written.
     */
    @Test
    void aBombTakesNoMemory() throws IOException {
        Path bomb = Files.write(directory.resolve("bomb"), bomb(300));
        String typing = "cat " + bomb + "; for p in /proc/[0-9]*; do"
                + " grep -qz '^WHALEBOX_ROOT=" + whalebox.store() + "' $p/environ && [ $(cat $p/comm) = java ]"
                + " && grep VmHWM $p/status; done 2>/dev/null >" + directory + "/peak";

        whalebox.command("image", "import", "-", "bomb:latest")
                .typedBy(typing)
                .run()
                .successful();
        whalebox.command("rmi", "bomb:latest").run().successful();

        String peak = Project.read(directory.resolve("peak"));
        assertThat(peak).contains("VmHWM");
        assertThat(Long.parseLong(peak.lines().toList().getFirst().replaceAll("\\D", "")))
                .as("KiB at most, of an archive that expands to 300 MiB")
                .isLessThan(200 * 1024);
    }

    /** A node in an image names a device of the host; the container may have it and can't use it. */
    @Test
    void aDeviceNodeInAnImageOpensNothing() {
        whalebox.command("load")
                .input(new ImageArchive("nodes:latest")
                        .shell()
                        .layer(new TarArchive().characterDevice("memory", 1, 1).characterDevice("nothing", 1, 3))
                        .bytes())
                .run()
                .successful();
        Command.Result result = whalebox.run("nodes:latest", "cat", "/memory").endedWith(1);
        assertThat(result.complaint()).contains("/memory").containsAnyOf("not permitted", "denied");
        whalebox.command("rmi", "nodes:latest").run().successful();
    }
}
