package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Networks with many containers, many connections and many starts, and starts that somebody dies in. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetworkCrowdTest {
    private static final int IN_A_ROW = Integer.getInteger("whalebox.row", 500);
    private static final int CROWD = Integer.getInteger("whalebox.network.crowd", 200);
    private static final int CONNECTIONS = Integer.getInteger("whalebox.network.connections", 10_000);

    /** How many instants of a start are tried. */
    private static final int INSTANTS = Integer.getInteger("whalebox.instants", 6);

    @RegisterExtension
    final ConnectedHost host = new ConnectedHost();

    /** Those of stores that other tests have had may be there, and that of this one's default network. */
    private long bridges;

    @BeforeAll
    void begin() {
        host.whalebox().run("--network=bridge", "busybox", "true").successful();
        bridges = host.links("wb-");
    }

    @AfterEach
    void nothingIsLeft() {
        host.clear();
        host.awaitNothingLeft();
        assertThat(host.links("wb-")).as("bridges").isEqualTo(bridges);
    }

    private long descriptorsOfEngine() throws IOException {
        try (Stream<Path> descriptors =
                Files.list(Path.of("/proc/" + host.whalebox().engine() + "/fd"))) {
            return descriptors.count();
        }
    }

    @Test
    void thousandsOfConnectionsGoThroughAPort() throws IOException {
        host.whalebox().text("run", "-d", "--name=web", "-p=8190:90", "busybox", "sleep", "1000");
        int process = Integer.parseInt(host.inspect("web", "{{.State.Pid}}"));
        try (ServerSocket _ = OutsideHost.answerIn(process, 90, "you are")) {
            assertThat(host.outside().answered(host.outside().hostAddress(), 8190, CONNECTIONS))
                    .isEqualTo(CONNECTIONS);
        }
    }

    @Test
    void allOfManyFindEachOther() {
        host.network("create", "crowd");
        for (int i = 0; i < CROWD; i++) {
            host.whalebox().text("run", "-d", "--name=box" + i, "--network=crowd", "busybox", "sleep", "1000");
        }

        assertThat(host.whalebox().text("network", "inspect", "-f", "{{len .Containers}}", "crowd"))
                .isEqualTo("" + CROWD);
        String names = String.join(
                " ", IntStream.range(0, CROWD).mapToObj(i -> "box" + i).toList());
        Set<String> found = new HashSet<>(host.whalebox()
                .text(
                        "exec",
                        "box0",
                        "sh",
                        "-c",
                        "for name in " + names + "; do nslookup -type=a $name | tail -n 2 | grep Address; done")
                .lines()
                .toList());
        assertThat(found).hasSize(CROWD);
    }

    @Test
    void startsInARowLeaveNothing() throws IOException {
        host.whalebox().text("run", "--rm", "-p=8191:91", "busybox", "true");
        host.awaitNothingLeft();
        long descriptors = descriptorsOfEngine();

        for (int i = 0; i < IN_A_ROW; i++) {
            host.whalebox().text("run", "--rm", "-p=8191:91", "busybox", "true");
        }

        host.awaitNothingLeft();
        Eventually.await(() -> {
            try {
                return descriptorsOfEngine() <= descriptors;
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void theEngineDiesInTheMidstOfAStart() {
        host.network("create", "home");
        for (int instant = 0; instant < INSTANTS; instant++) {
            long engine = host.whalebox().engine();
            try (Command.Running running = host.whalebox()
                    .command("run", "-d", "--name=new", "--network=home", "-p=8192:80", "busybox", "sleep", "1000")
                    .start()) {
                LockSupport.parkNanos(Duration.ofMillis(4 + 8L * instant).toNanos());
                Command.of("kill", "-KILL", Long.toString(engine)).run().successful();
                running.end();
            }

            // Whatever became of it: it runs with all that it was to have, or nothing of it is taken.
            List<String> running =
                    host.whalebox().text("ps", "--format={{.Names}}").lines().toList();
            if (running.isEmpty()) {
                host.awaitNothingLeft();
            } else {
                assertThat(host.leases()).hasSize(1);
                assertThat(host.ports()).isNotEmpty();
                Eventually.await(() -> host.veths() == 1);
            }
            host.whalebox()
                    .text("ps", "-aq")
                    .lines()
                    .forEach(id -> host.whalebox().text("rm", "-f", id));
            host.awaitNothingLeft();
        }
    }

    /** As after a restart of the machine, but with everything else still there. */
    @Test
    void nothingIsLeftWhenTheRunDirectoryIsEmptied() {
        host.network("create", "home");
        host.serve("web", "--network=home", "-p", "8193:80");
        host.serve("other");
        Command.of("kill", "-KILL", Long.toString(host.whalebox().engine()))
                .run()
                .successful();
        Command.of(
                        "rm",
                        "-rf",
                        "--one-file-system",
                        host.whalebox().runDirectory().toString())
                .run()
                .successful();

        assertThat(host.whalebox().text("ps", "-q")).isEmpty();
        host.awaitNothingLeft();
        assertThat(host.outside().reaches(host.outside().hostAddress(), 8193, 1500))
                .isFalse();
        host.whalebox().text("start", "web");
        Eventually.await(
                () -> host.outside().get(host.outside().hostAddress(), 8193).contains("I am web"));
    }
}
