package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** An engine that stays takes no more memory for what it did in the past. */
@EndToEnd
class EngineMemoryTest {
    private static final int LAYERS = 12;
    private static final int TIMES = 15;
    private static final long MOST_KILOBYTES = 150 << 10;

    @Test
    void takingImagesInAgainAndAgainDoesNotGrowIt() {
        ImageArchive archive = new ImageArchive("team/large:1").shell();
        for (int i = 0; i < LAYERS; i++) {
            archive.layer(new TarArchive().file("part-" + i, "many words ".repeat(100_000)));
        }
        byte[] bytes = archive.bytes();
        try (Whalebox whalebox = Whalebox.withEngineOfItsOwn()) {
            for (int i = 0; i < TIMES; i++) {
                whalebox.command("load", "-q").input(bytes).run().successful();
                whalebox.command("rmi", "team/large:1").run().successful();
            }
            assertThat(peakKilobytes(whalebox.engine())).isLessThan(MOST_KILOBYTES);
        }
    }

    /** VmHWM of proc_pid_status(5). */
    private static long peakKilobytes(long process) {
        Matcher peak = Pattern.compile("VmHWM:\\s+(\\d+) kB")
                .matcher(Project.read(Path.of("/proc", Long.toString(process), "status")));
        assertThat(peak.find()).isTrue();
        return Long.parseLong(peak.group(1));
    }
}
