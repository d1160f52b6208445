package io.whalebox.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.Errno;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.PidFd;
import io.whalebox.linux.Poll;
import io.whalebox.linux.Processes;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.MonitorConnection.Exited;
import io.whalebox.runtime.MonitorConnection.Lost;
import io.whalebox.runtime.MonitorConnection.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of a monitored container, which is not its engine's: needs root and a static busybox. */
class MonitorLifeTest {
    private static final String WAIT_FOR_TERM =
            "trap 'exit 5' TERM; echo ready; while :; do sleep 1000 & wait $!; done";
    private static final int SIGTERM = 15;
    private static final int SIGKILL = 9;
    private static final int MONITORS_CONNECTIONS = 32;
    /** For what is known to come: to fail, not to wait. */
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    @TempDir
    Path directory;

    private MonitoredBox box;

    @BeforeEach
    void makeBox() throws IOException {
        box = new MonitoredBox(directory);
    }

    @AfterEach
    void endBox() throws IOException {
        if (box != null) {
            box.close();
        }
    }

    @Test
    void theEndIsToldAndWrittenDown() throws IOException {
        Instant before = Instant.now();
        MonitoredProcess process = box.start("echo hello; exit 7");

        assertThat(process.await()).isEqualTo(new Exited(new WaitStatus(7 << 8)));

        ExitFile exit = box.exit().orElseThrow();
        assertThat(exit.status().exitStatus()).isEqualTo(7);
        assertThat(exit.at()).isBetween(before, Instant.now());
        assertThat(box.entries()).extracting(LogEntry::text).containsExactly("hello");
    }

    @Test
    void theContainerOutlivesTheConnectionOfItsEngine() throws IOException {
        MonitoredProcess process = box.startAndGetReady(WAIT_FOR_TERM);
        process.close();

        try (MonitorConnection later = box.connect()) {
            assertThat(later.status()).isEqualTo(new Running(process.pid()));
            assertThat(later.signal(SIGTERM)).isTrue();
            assertThat(later.await()).isEqualTo(new Exited(new WaitStatus(5 << 8)));
        }
        var _ = Processes.await(process.monitor());
        assertThat(box.exit().orElseThrow().status().exitStatus()).isEqualTo(5);
    }

    @Test
    void theExitFileIsWrittenWithNobodyConnected() throws IOException {
        MonitoredProcess process = box.start("exit 3");
        process.close();

        var _ = Processes.await(process.monitor());

        assertThat(box.exit().orElseThrow().status().exitStatus()).isEqualTo(3);
        assertThatThrownBy(() -> box.connect())
                .isInstanceOfSatisfying(
                        LinuxException.class,
                        e -> assertThat(e.is(Errno.ECONNREFUSED)).isTrue());
    }

    @Test
    void aSecondConnectionHearsTheSameAsTheFirst() throws IOException {
        MonitoredProcess process = box.startAndGetReady(WAIT_FOR_TERM);

        try (MonitorConnection second = box.connect()) {
            assertThat(second.status()).isEqualTo(new Running(process.pid()));
            process.connection().signal(SIGTERM);

            assertThat(second.await()).isEqualTo(process.await());
        }
    }

    @Test
    void moreConnectionsThanThereIsRoomForAreRefused() throws IOException {
        MonitoredProcess process = box.startAndGetReady(WAIT_FOR_TERM);
        List<MonitorConnection> connections = new ArrayList<>();
        for (int i = 0; i < MONITORS_CONNECTIONS - 1; i++) {
            connections.add(box.connect());
        }
        try (MonitorConnection oneMore = box.connect()) {
            assertThat(oneMore.status()).isEqualTo(new Lost());
        }
        assertThat(connections)
                .allSatisfy(connection -> assertThat(connection.status()).isEqualTo(new Running(process.pid())));
        connections.forEach(MonitorConnection::close);

        process.connection().signal(SIGTERM);
        assertThat(process.await()).isEqualTo(new Exited(new WaitStatus(5 << 8)));
    }

    @Test
    void aContainerDoesNotGoOnWithoutItsMonitor() throws IOException {
        for (boolean init : List.of(false, true)) {
            MonitoredProcess process = (init ? box.init() : box).user(1000).start("while :; do sleep 1000; done");
            try (PidFd container = PidFd.find(process.pid()).orElseThrow()) {
                Processes.kill(process.monitor(), SIGKILL);

                assertThat(Poll.await(List.of(container.descriptor()), Poll.POLLIN, A_MINUTE))
                        .isTrue();
            }
            assertThat(process.await()).isEqualTo(new Lost());
            assertThat(box.exit()).isEmpty();
            assertThat(box.locked()).isFalse();
        }
    }

    @Test
    void theLockIsHeldForAsLongAsTheMonitorLives() throws IOException {
        MonitoredProcess process = box.startAndGetReady(WAIT_FOR_TERM);
        assertThat(box.locked()).isTrue();

        process.connection().signal(SIGTERM);
        var _ = process.await();

        assertThat(box.locked()).isFalse();
    }

    @Test
    void anEndThatCameEarlierIsForgotten() throws IOException {
        var _ = box.start("exit 3").await();

        MonitoredProcess process = box.startAndGetReady(WAIT_FOR_TERM);

        assertThat(box.exit()).isEmpty();
        process.connection().signal(SIGTERM);
        var _ = process.await();
        assertThat(box.exit().orElseThrow().status().exitStatus()).isEqualTo(5);
    }

    @Test
    void aContainerThatCouldNotStartSaysWhy() throws IOException {
        assertThatThrownBy(() -> box.program("/nonesuch").start(""))
                .isInstanceOf(LaunchException.class)
                .hasMessage("exec: \"/nonesuch\": no such file or directory");
        assertThat(box.locked()).isFalse();
    }

    @Test
    void theMonitorIsAlmostTheLastToBeKilledWhenMemoryRunsOut() throws IOException {
        String own = Files.readString(Path.of("/proc/self/oom_score_adj")).strip();
        MonitoredProcess process = box.startAndGetReady("cat /proc/self/oom_score_adj >/score; " + WAIT_FOR_TERM);

        String score = Files.readString(Path.of("/proc", String.valueOf(process.monitor()), "oom_score_adj"));
        process.connection().signal(SIGTERM);
        var _ = process.await();

        assertThat(score.strip()).isIn("-999", own);
        assertThat(Files.readString(directory.resolve("root/score")).strip()).isEqualTo(own);
    }

    @Test
    void aMonitorTakesLessThanHalfAMegabyte() throws IOException {
        MonitoredProcess process = box.startAndGetReady("head -c 300000 /bin/busybox >&2; " + WAIT_FOR_TERM);
        String memory = Files.readString(Path.of("/proc", String.valueOf(process.monitor()), "smaps_rollup"));

        long kilobytes = memory.lines()
                .filter(line -> line.startsWith("Pss:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElseThrow();
        assertThat(kilobytes).isLessThan(512);
    }

    @Test
    void theExitFileOfAnotherIsDamaged() throws IOException {
        Files.writeString(directory.resolve("exit"), "0\n");

        assertThatThrownBy(() -> box.exit())
                .isInstanceOf(WhaleboxException.class)
                .hasMessageContaining("exit file is damaged");
    }
}
