package io.whalebox.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.whalebox.linux.Errno;
import io.whalebox.linux.Fd;
import io.whalebox.linux.Pipe;
import io.whalebox.runtime.MonitorConnection.Exited;
import io.whalebox.runtime.MonitorConnection.Running;
import io.whalebox.runtime.Monitored.Log;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log that a monitor writes, in the format of the CRI: needs root and a static busybox. */
class MonitorLogTest {
    private static final int LONGEST_ENTRY = 16384;
    private static final Exited WELL = new Exited(new WaitStatus(0));
    /** Of an entry besides its text: {@code 2026-11-24T20:22:16.123456789Z stdout F } and a newline. */
    private static final int OVERHEAD = 41;

    @TempDir
    Path directory;

    private MonitoredBox box;

    @BeforeEach
    void makeBox() throws IOException {
        box = new MonitoredBox(directory);
    }

    @AfterEach
    void endBox() {
        if (box != null) {
            box.close();
        }
    }

    /** An entry's tag and text. */
    private record Line(boolean whole, String text) {}

    @Test
    void anyOutputIsRecordedToTheByteWhereverItsPiecesEnd() throws IOException {
        for (int seed = 0; seed < 25; seed++) {
            Random random = new Random(seed);
            byte[] output = randomLines(random);
            Files.deleteIfExists(box.file(Log.NAME));

            try (Pipe input = Pipe.open()) {
                MonitoredProcess process =
                        box.input().start("exec cat", Attachment.of().inputOnce(input.read()));
                input.read().close();
                writeInPieces(input.write(), output, random);
                input.write().close();
                assertThat(process.await()).isEqualTo(WELL);
                process.close();
            }

            List<Line> entries = box.entries().stream()
                    .map(entry -> new Line(entry.whole(), entry.text()))
                    .toList();
            assertThat(entries).as("seed " + seed).isEqualTo(plainReading(output));
            assertThat(LogEntry.bytes(box.entries(), "stdout")).isEqualTo(output);
        }
    }

    private static byte[] randomLines(Random random) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        int count = random.nextInt(40);
        for (int i = 0; i <= count; i++) {
            int length = random.nextInt(4) == 0
                    ? LONGEST_ENTRY * random.nextInt(4) + random.nextInt(3) - 1
                    : random.nextInt(100);
            byte[] line = new byte[Math.max(0, length)];
            random.nextBytes(line);
            lines.writeBytes(line);
            if (i < count || random.nextBoolean()) {
                lines.write('\n');
            }
        }
        return lines.toByteArray();
    }

    private static void writeInPieces(Fd to, byte[] bytes, Random random) {
        for (int at = 0; at < bytes.length; ) {
            int piece = Math.min(bytes.length - at, 1 + random.nextInt(random.nextBoolean() ? 10 : 100_000));
            to.write(Arrays.copyOfRange(bytes, at, at + piece));
            at += piece;
        }
    }

    private static List<Line> plainReading(byte[] output) {
        List<Line> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (byte next : output) {
            if (next == '\n') {
                lines.add(new Line(true, line.toString()));
                line.setLength(0);
            } else {
                line.append((char) (next & 0xff));
                if (line.length() == LONGEST_ENTRY) {
                    lines.add(new Line(false, line.toString()));
                    line.setLength(0);
                }
            }
        }
        if (!line.isEmpty()) {
            lines.add(new Line(false, line.toString()));
        }
        return lines;
    }

    @Test
    void theTwoStreamsAreToldApart() throws IOException {
        var _ = box.start("echo one; echo two >&2; echo three; printf four >&2").await();

        assertThat(LogEntry.bytes(box.entries(), "stdout")).asString().isEqualTo("one\nthree\n");
        assertThat(LogEntry.bytes(box.entries(), "stderr")).asString().isEqualTo("two\nfour");
        assertThat(box.entries()).isSortedAccordingTo((a, b) -> a.time().compareTo(b.time()));
    }

    @Test
    void aLineOfAHundredMegabytesComesInEntriesThatArePartial() throws IOException {
        long size = 100_000_000;

        assertThat(box.start("busybox yes '' | busybox tr '\\n' x | head -c " + size)
                        .await())
                .isEqualTo(WELL);

        long entries = (size + LONGEST_ENTRY - 1) / LONGEST_ENTRY;
        assertThat(Files.size(box.file(Log.NAME))).isEqualTo(size + entries * OVERHEAD);
    }

    @Test
    void aLogThatIsFullGoesOnInTheNextFile() throws IOException {
        int maxBytes = 4000;
        box.log(new Log.Files(maxBytes, 3));

        var _ = box.start("i=0; while [ $i -lt 1000 ]; do echo line $i; i=$((i + 1)); done")
                .await();

        List<LogEntry> entries = new ArrayList<>();
        for (String name : List.of("log.2", "log.1", "log")) {
            assertThat(Files.size(box.file(name))).isLessThanOrEqualTo(maxBytes);
            entries.addAll(LogEntry.read(box.file(name)));
        }
        assertThat(box.file("log.3")).doesNotExist();
        assertThat(Files.size(box.file("log.1"))).isGreaterThan(maxBytes - 100);
        assertThat(entries)
                .extracting(LogEntry::text)
                .isEqualTo(IntStream.range(1000 - entries.size(), 1000)
                        .mapToObj(i -> "line " + i)
                        .toList());
    }

    @Test
    void aLogOfOneFileBeginsAnew() throws IOException {
        box.log(new Log.Files(1000, 1));

        var _ = box.start("i=0; while [ $i -lt 100 ]; do echo line $i; i=$((i + 1)); done")
                .await();

        assertThat(Files.size(box.file(Log.NAME))).isLessThanOrEqualTo(1000);
        assertThat(box.entries().getLast().text()).isEqualTo("line 99");
        assertThat(box.file("log.1")).doesNotExist();
    }

    @Test
    void aSecondRunIsRecordedAfterTheFirst() throws IOException {
        var _ = box.start("echo first").await();
        var _ = box.start("echo second").await();

        assertThat(box.entries()).extracting(LogEntry::text).containsExactly("first", "second");
    }

    @Test
    void anEntryThatAKilledMonitorLeftUnfinishedEndsBeforeTheNext() throws IOException {
        Files.writeString(box.file(Log.NAME), "2026-11-24T20:22:16.123456789Z stdout F half");

        var _ = box.start("echo next").await();

        assertThat(box.entries()).extracting(LogEntry::text).containsExactly("half", "next");
    }

    @Test
    void aContainerCanBeWithoutALog() throws IOException {
        box.log(new Log.None());

        assertThat(box.start("echo hello").await()).isEqualTo(WELL);

        assertThat(box.file(Log.NAME)).doesNotExist();
    }

    @Test
    void aFullDiskCostsOutputAndNothingElse() throws IOException {
        try (SmallDisk disk = SmallDisk.mount(directory.resolve("disk"), "64k");
                MonitoredBox small = new MonitoredBox(directory.resolve("other"), disk.path());
                Pipe input = Pipe.open();
                Pipe output = Pipe.open()) {
            Path ballast = disk.path().resolve("ballast");
            Files.write(ballast, new byte[40_000]);
            MonitoredProcess process = small.input()
                    .start(
                            "echo begin; busybox yes '' | head -c 100000; echo full;" + "read line; echo room; exit 4",
                            Attachment.of().input(input.read()).output(output.write()));

            new Reader(output.read()).until("full\n");
            assertThat(process.connection().status()).isInstanceOf(Running.class);
            assertThat(process.connection().logTrouble()).contains(Errno.ENOSPC);
            Files.delete(ballast);
            input.write().write("\n".getBytes(StandardCharsets.US_ASCII));

            assertThat(process.await()).isEqualTo(new Exited(new WaitStatus(4 << 8)));
            assertThat(process.connection().logTrouble()).isEmpty();
            assertThat(small.exit().orElseThrow().status().exitStatus()).isEqualTo(4);
            assertThat(small.entries())
                    .allMatch(LogEntry::whole)
                    .hasSizeLessThan(100_000)
                    .extracting(LogEntry::text)
                    .startsWith("begin", "")
                    .endsWith("room");
        }
    }
}
