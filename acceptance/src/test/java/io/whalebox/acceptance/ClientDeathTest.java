package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that are killed, at whatever instant: the engine goes on, and holds nothing for them. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientDeathTest {
    /** How many instants of each command are tried. */
    private static final int INSTANTS = Integer.getInteger("whalebox.instants", 3);

    private static final String SLOW_TO_STOP =
            "trap 'echo asked; until [ -e /go ]; do sleep 0.1; done; exit 7' TERM; echo ready; "
                    + "while :; do sleep 0.1; done";

    private Whalebox whalebox;

    /** A command in whose course the client dies. */
    enum Verb {
        RUN("run --rm --name new --network none busybox echo x"),
        RUN_ON("run --name new --network none busybox sleep 1000"),
        RUN_DETACHED("run -d --name new --network none busybox sleep 1000"),
        CREATE("create --name new busybox true"),
        START("start -a made"),
        EXEC("exec busy sleep 0.1"),
        EXEC_ON("exec -i busy sleep 1000"),
        ATTACH("attach busy"),
        LOGS("logs -f busy"),
        WAIT("wait busy"),
        STOP("stop -t 0 busy"),
        COPY("cp busy:/bin -");

        private final String words;

        Verb(String words) {
            this.words = words;
        }
    }

    @BeforeAll
    void begin() {
        whalebox = Whalebox.withEngineOfItsOwn();
        whalebox.run("busybox", "true").successful();
    }

    @AfterAll
    void end() {
        whalebox.close();
    }

    /** How many streams and connections a process has open; of its files a JVM opens some when it first needs them. */
    private static long streams(long process) {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(process), "fd"))) {
            return descriptors.filter(ClientDeathTest::isStream).count();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static boolean isStream(Path descriptor) {
        try {
            String target = Files.readSymbolicLink(descriptor).toString();
            return target.startsWith("pipe:") || target.startsWith("socket:");
        } catch (IOException closed) {
            return false;
        }
    }

    private void dieInTheMidstOf(Verb verb, Duration instant) {
        whalebox.text("run", "-d", "--name", "busy", "--network", "none", "busybox", "sleep", "1000");
        whalebox.text("create", "--name", "made", "--network", "none", "busybox", "sleep", "1000");
        try (Command.Running running =
                whalebox.client(verb.words.split(" ", -1)).start()) {
            LockSupport.parkNanos(instant.toNanos());
            // It may have ended by itself.
            var _ = Command.of("kill", "-9", Long.toString(running.pid())).run();
            running.end();
        }

        List<String> names =
                whalebox.text("ps", "-a", "--format", "{{.Names}}").lines().toList();
        assertThat(names).contains("made", "busy");
        names.forEach(name -> assertThat(whalebox.text("inspect", "-f", "{{.State.Status}}", name))
                .isIn("created", "running", "exited"));
        names.forEach(name -> whalebox.text("rm", "-f", name));
    }

    @ParameterizedTest
    @EnumSource
    void theClientDiesInTheMidstOf(Verb verb) {
        long engine = whalebox.engine();
        dieInTheMidstOf(verb, Duration.ofMillis(1));
        long before = streams(engine) + Whalebox.LAUNCHER_DESCRIPTORS;

        for (int instant = 0; instant < INSTANTS; instant++) {
            dieInTheMidstOf(verb, Duration.ofMillis(2 + 7L * instant));
        }

        assertThat(whalebox.engine()).isEqualTo(engine);
        whalebox.removeContainers();
        Eventually.await(() -> streams(engine) <= before);
    }

    @Test
    void aContainerThatIsAskedToStopKeepsItsTime() {
        whalebox.text("run", "-d", "--name", "slow", "--network", "none", "busybox", "sh", "-c", SLOW_TO_STOP);
        whalebox.awaitLog("slow", "ready");

        try (Command.Running stop = whalebox.client("stop", "-t", "60", "slow").start()) {
            whalebox.awaitLog("slow", "asked");
            Command.of("kill", "-9", Long.toString(stop.pid())).run();
            stop.end();
        }
        // It ends once it is let go on, which a container that was killed would not have waited for.
        whalebox.text("exec", "slow", "touch", "/go");

        assertThat(whalebox.text("wait", "slow")).isEqualTo("7");
        whalebox.text("rm", "slow");
    }
}
