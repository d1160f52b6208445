package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Containers seen from outside: their processes, what they use, what happens to them, and what they may use. */
@EndToEnd
class WatchTest {
    private static final Whalebox WHALEBOX = Whalebox.withEngineOfItsOwn();

    @BeforeAll
    static void start() {
        one("run", "-d", "--name", "live", "-m", "64m", "-l", "shade=blue", "busybox", "sleep", "1000");
    }

    @AfterAll
    static void remove() {
        one("rm", "-f", "live");
        WHALEBOX.close();
    }

    private static String one(String... words) {
        return WHALEBOX.command(words).run().successful().text().stripTrailing();
    }

    @Test
    void theProcessesOfAContainerAreShownAsPsShowsThem() {
        assertThat(one("top", "live").lines())
                .hasSize(2)
                .first()
                .asString()
                .matches("UID +PID +PPID +C +STIME +TTY +TIME +CMD");
        assertThat(one("top", "live", "-o", "pid,comm").lines())
                .hasSize(2)
                .last()
                .asString()
                .matches("\\d+ +sleep");
        assertThat(one("container", "top", "live", "aux").lines()).hasSize(2);
        WHALEBOX.command("top", "live", "-o", "comm").run().refused(1, "couldn't find PID field in ps output");
        WHALEBOX.command("top", "live", "-o", "comm=PID").run().refused(1, "specifying \"comm=PID\" is not allowed");
        WHALEBOX.command("top", "nosuch").run().refused(1, "No such container: nosuch");
    }

    @Test
    void whatAContainerUsesIsMeasured() {
        assertThat(one("stats", "--no-stream", "--format", "{{.Name}} {{.PIDs}} {{.MemUsage}}", "live"))
                .matches("live 1 [0-9.]+[KM]iB / 64MiB");
        assertThat(one("stats", "--no-stream", "live").lines())
                .first()
                .asString()
                .matches("CONTAINER ID +NAME +CPU % +MEM USAGE / LIMIT +MEM % +NET I/O +BLOCK I/O +PIDS");
        assertThat(one("stats", "--no-stream", "--format", "json")).contains("\"Name\":\"live\"");
        WHALEBOX.command("stats", "--no-stream", "nosuch").run().refused(1, "No such container: nosuch");
    }

    @Test
    void aTableOfThemIsDrawnAgainAndAgain() {
        try (Command.Running stats = WHALEBOX.command("stats").start()) {
            stats.await("\033[H\033[J");
            String twice = stats.await("live", 2);
            assertThat(twice).contains("CONTAINER ID");
            stats.signal("INT");
            stats.end();
        }
    }

    @Test
    void limitsAreChangedWhileAContainerRunsAndKept() {
        one("run", "-d", "--name", "changed", "busybox", "sleep", "1000");
        assertThat(one("update", "-m", "80m", "--memory-swap", "80m", "--pids-limit", "33", "changed"))
                .isEqualTo("changed");
        assertThat(one("stats", "--no-stream", "--format", "{{.MemUsage}}", "changed"))
                .endsWith(" / 80MiB");
        String pids = "/sys/fs/cgroup/pids.max";
        assertThat(one("exec", "changed", "sh", "-c", "cat " + pids + " || cat /sys/fs/cgroup/pids/pids.max"))
                .endsWith("33");
        WHALEBOX.command("update", "changed").run().refused(1, "you must provide one or more flags");
        WHALEBOX.command("update", "-m", "1k", "changed").run().refused(1, "Minimum memory limit allowed is 6MB");
        WHALEBOX.command("update", "-m", "80m", "nosuch").run().refused(1, "No such container: nosuch");
        one("rm", "-f", "changed");
    }

    @Test
    void whatHappensIsToldAndKeptForAWhile() {
        try (Command.Running events = WHALEBOX.command(
                        "events", "--filter", "container=told", "--format", "{{.Action}}")
                .start()) {
            // The reader is there once it tells of something that happens again and again until then.
            String seen = "";
            for (int i = 0; !seen.contains("create"); i++) {
                WHALEBOX.command("run", "--name", "told", "-v", "told:/v", "busybox", "sh", "-c", "exit 3")
                        .run()
                        .endedWith(3);
                one("rm", "told");
                seen = events.soFar();
                assertThat(i).isLessThan(100);
            }
            events.signal("INT");
            events.end();
        }
        one("volume", "rm", "told");
        String now = Long.toString(System.currentTimeMillis() / 1000 + 1);
        String told = one("events", "--since", "1h", "--until", now, "--filter", "container=told");
        assertThat(told.lines().map(line -> line.replaceAll("^\\S+ (\\S+ \\S+) .*", "$1")))
                .containsSubsequence("container create", "container start", "container die", "container destroy");
        assertThat(told).contains("exitCode=3", "image=busybox", "name=told");
        assertThat(one("events", "--since", "1h", "--until", now, "--filter", "type=volume", "--filter", "volume=told"))
                .contains("volume create told", "volume mount told", "volume destroy told");
        assertThat(one("events", "--since", "1h", "--until", now, "--filter", "label=shade=blue", "--format", "json"))
                .contains("\"Action\":\"start\"", "\"scope\":\"local\"");
        WHALEBOX.command("events", "--filter", "color=red").run().refused(1, "invalid filter \"color\"");
    }

    @Test
    void eventsAreSeenByClientsOfNoEngineToo() throws Exception {
        Path kept = WHALEBOX.runDirectory().resolve("events/current");
        assertThat(Files.readString(kept)).contains("\"action\":\"start\"");
        String now = Long.toString(System.currentTimeMillis() / 1000 + 1);
        assertThat(WHALEBOX.command("events", "--since", "1h", "--until", now)
                        .environment("WHALEBOX_ENGINE", "off")
                        .run()
                        .successful()
                        .text())
                .contains("container start");
    }
}
