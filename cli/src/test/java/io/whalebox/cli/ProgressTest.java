package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.whalebox.image.Reference;
import io.whalebox.image.registry.Progress.Stage;
import io.whalebox.linux.WindowSize;
import io.whalebox.storage.Digest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private static final Digest ONE = Digest.of(new byte[] {1});
    private static final Digest TWO = Digest.of(new byte[] {2});
    private static final long SECOND = 1_000_000_000;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, false, StandardCharsets.UTF_8);
    private final AtomicLong clock = new AtomicLong();

    private ProgressBars bars(int rows, int columns) {
        return new ProgressBars(out, ProgressWords.PULL, () -> new WindowSize(rows, columns), clock::get);
    }

    /** What stands on the screen after all of it was drawn over itself. */
    private String screen() {
        List<String> lines = new ArrayList<>();
        int row = 0;
        String text = bytes.toString(StandardCharsets.UTF_8);
        for (int i = 0; i < text.length(); ) {
            if (text.startsWith("\033[J", i)) {
                lines.subList(Math.min(row, lines.size()), lines.size()).clear();
                i += 3;
            } else if (text.startsWith("\033[", i)) {
                int end = text.indexOf('A', i);
                row -= Integer.parseInt(text.substring(i + 2, end));
                i = end + 2;
            } else {
                int end = text.indexOf('\n', i);
                String line = text.substring(i, end).replace("\033[K", "");
                if (row < lines.size()) {
                    lines.set(row, line);
                } else {
                    lines.add(line);
                }
                row++;
                i = end + 1;
            }
        }
        return String.join("\n", lines);
    }

    @Test
    void aLineShowsHowFarALayerIsAndHowLongItTakes() {
        ProgressBars bars = bars(24, 100);
        bars.begin(Reference.parse("x:1"));
        bars.stage(ONE, Stage.WAITING);
        bars.stage(TWO, Stage.EXISTS);
        bars.moved(ONE, 0, 10_000_000);
        clock.addAndGet(2 * SECOND);
        bars.moved(ONE, 4_000_000, 10_000_000);

        assertThat(screen())
                .isEqualTo("1: Pulling from library/x\n" + ONE.shortId()
                        + ": Downloading [=========>               ]  4MB/10MB  2MB/s  3s\n" + TWO.shortId()
                        + ": Already exists");

        bars.stage(ONE, Stage.EXTRACTING);
        bars.stage(ONE, Stage.COMPLETE);
        bars.end();
        assertThat(screen()).endsWith(ONE.shortId() + ": Pull complete\n" + TWO.shortId() + ": Already exists");
    }

    @Test
    void aSmallWindowShowsWhatIsAtWorkAndAllInTheEnd() {
        ProgressBars bars = bars(3, 30);
        for (int i = 0; i < 5; i++) {
            bars.stage(Digest.of(new byte[] {(byte) i}), Stage.COMPLETE);
        }
        bars.stage(Digest.of(new byte[] {9}), Stage.MOVING);
        assertThat(screen().lines()).hasSize(1);

        bars.end();

        assertThat(screen().lines())
                .hasSize(6)
                .allSatisfy(line -> assertThat(line.length()).isLessThan(30));
    }

    @Test
    void whereNobodyWatchesEachLayerHasALineForItsBeginningAndItsEnd() {
        ProgressLines lines = new ProgressLines(out, ProgressWords.PUSH);
        lines.begin(Reference.parse("host:5000/x:1"));
        lines.stage(ONE, Stage.WAITING);
        lines.moved(ONE, 5, 10);
        lines.stage(ONE, Stage.COMPLETE);
        lines.mounted(TWO, "library/y");

        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .isEqualTo("The push refers to repository [host:5000/x]\n" + ONE.shortId() + ": Preparing\n"
                        + ONE.shortId() + ": Pushed\n" + TWO.shortId() + ": Mounted from library/y\n");
    }

    @Test
    void jsonIsLaidOutAsDockerDoes() {
        assertThat(IndentedJson.of("{\"a\":[1, 2],\"b\":{},\"c\":\"x,{\\\"\",\"d\":[]}"))
                .isEqualTo("{\n\t\"a\": [\n\t\t1,\n\t\t2\n\t],\n\t\"b\": {},\n\t\"c\": \"x,{\\\"\",\n\t\"d\": []\n}");
    }
}
