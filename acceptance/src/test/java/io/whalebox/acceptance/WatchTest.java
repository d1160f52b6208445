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
        WHALEBOX.text("run", "-d", "--name", "live", "-m", "64m", "-l", "shade=blue", "busybox", "sleep", "1000");
    }

    @AfterAll
    static void remove() {
        WHALEBOX.text("rm", "-f", "live");
        WHALEBOX.close();
    }

    @Test
    void theProcessesOfAContainerAreShownAsPsShowsThem() {
        assertThat(WHALEBOX.text("top", "live").lines())
                .hasSize(2)
                .first()
                .asString()
                .matches("UID +PID +PPID +C +STIME +TTY +TIME +CMD");
        assertThat(WHALEBOX.text("top", "live", "-o", "pid,comm").lines())
                .hasSize(2)
                .last()
                .asString()
                .matches("\\d+ +sleep");
        assertThat(WHALEBOX.text("container", "top", "live", "aux").lines()).hasSize(2);
        WHALEBOX.command("top", "live", "-o", "comm").run().refused(1, "couldn't find PID field in ps output");
        WHALEBOX.command("top", "live", "-o", "comm=PID").run().refused(1, "specifying \"comm=PID\" is not allowed");
        WHALEBOX.command("top", "nosuch").run().refused(1, "No such container: nosuch");
    }

    @Test
    void whatAContainerUsesIsMeasured() {
        assertThat(WHALEBOX.text("stats", "--no-stream", "--format", "{{.Name}} {{.PIDs}} {{.MemUsage}}", "live"))
                .matches("live 1 [0-9.]+[KM]iB / 64MiB");
        assertThat(WHALEBOX.text("stats", "--no-stream", "live").lines())
                .first()
                .asString()
                .matches("CONTAINER ID +NAME +CPU % +MEM USAGE / LIMIT +MEM % +NET I/O +BLOCK I/O +PIDS");
        assertThat(WHALEBOX.text("stats", "--no-stream", "--format", "json")).contains("\"Name\":\"live\"");
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
        WHALEBOX.text("run", "-d", "--name", "changed", "busybox", "sleep", "1000");
        assertThat(WHALEBOX.text("update", "-m", "80m", "--memory-swap", "80m", "--pids-limit", "33", "changed"))
                .isEqualTo("changed");
        assertThat(WHALEBOX.text("stats", "--no-stream", "--format", "{{.MemUsage}}", "changed"))
                .endsWith(" / 80MiB");
        String pids = "/sys/fs/cgroup/pids.max";
        assertThat(WHALEBOX.text("exec", "changed", "sh", "-c", "cat " + pids + " || cat /sys/fs/cgroup/pids/pids.max"))
                .endsWith("33");
        WHALEBOX.command("update", "changed").run().refused(1, "you must provide one or more flags");
        WHALEBOX.command("update", "-m", "1k", "changed").run().refused(1, "Minimum memory limit allowed is 6MB");
        WHALEBOX.command("update", "-m", "80m", "nosuch").run().refused(1, "No such container: nosuch");
        WHALEBOX.text("rm", "-f", "changed");
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
                WHALEBOX.text("rm", "told");
                seen = events.soFar();
                assertThat(i).isLessThan(100);
            }
            events.signal("INT");
            events.end();
        }
        WHALEBOX.text("volume", "rm", "told");
        String told = WHALEBOX.events("", "container=told");
        assertThat(told.lines().map(line -> line.replaceAll("^\\S+ (\\S+ \\S+) .*", "$1")))
                .containsSubsequence("container create", "container start", "container die", "container destroy");
        assertThat(told).contains("exitCode=3", "image=busybox", "name=told");
        assertThat(WHALEBOX.events("", "type=volume", "volume=told"))
                .contains("volume create told", "volume mount told", "volume destroy told");
        assertThat(WHALEBOX.events("json", "label=shade=blue")).contains("\"Action\":\"start\"", "\"scope\":\"local\"");
        WHALEBOX.command("events", "--filter", "color=red").run().refused(1, "invalid filter \"color\"");
    }

    @Test
    void whatIsDoneWithAContainerIsTold() {
        WHALEBOX.text("top", "live");
        WHALEBOX.text("cp", "/etc/hostname", "live:/tmp/copied");
        WHALEBOX.text("cp", "live:/tmp/copied", "-");
        WHALEBOX.text("exec", "live", "true");

        assertThat(WHALEBOX.events("{{.Action}}", "container=live").lines())
                .contains("top", "extract-to-dir", "archive-path")
                .containsSubsequence("exec_create: true", "exec_start: true", "exec_die");
        assertThat(WHALEBOX.events("{{json .Actor.Attributes}}", "container=live", "event=exec_die"))
                .containsPattern("\"execID\":\"[0-9a-f]{64}\",\"exitCode\":\"0\",\"image\":\"busybox\"");
    }

    @Test
    void cleaningUpIsTold() {
        WHALEBOX.text("create", "--name", "gone", "busybox", "true");
        WHALEBOX.text("container", "prune", "-f");
        WHALEBOX.text("volume", "prune", "-f");
        WHALEBOX.text("image", "prune", "-f");

        assertThat(WHALEBOX.events("{{.Type}} {{.Action}} {{.Actor.Attributes.reclaimed}}", "event=prune"))
                .isEqualTo("container prune 0\nvolume prune 0\nimage prune 0");
        assertThat(WHALEBOX.events("json", "event=prune", "type=container"))
                .startsWith("{\"status\":\"prune\",\"Type\":\"container\",\"Action\":\"prune\","
                        + "\"Actor\":{\"ID\":\"\",\"Attributes\":{\"reclaimed\":\"0\"}},\"scope\":\"local\",");
        assertThat(WHALEBOX.events("", "event=prune", "type=volume")).endsWith(" volume prune  (reclaimed=0)");
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
