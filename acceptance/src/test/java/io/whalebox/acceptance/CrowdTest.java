package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Many containers, one after the other and at once, and many clients: nothing is left, and nobody is in the way. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrowdTest {
    private static final int IN_A_ROW = Integer.getInteger("whalebox.row", 1000);
    private static final int AT_ONCE = Integer.getInteger("whalebox.crowd", 200);
    private static final int CLIENTS = 50;
    /** What a collector may not have come round to yet. */
    private static final long SLACK_KILOBYTES = 48 << 10;

    private Whalebox whalebox;

    @BeforeAll
    void begin() {
        whalebox = Whalebox.withEngineOfItsOwn();
        whalebox.run("busybox", "true").successful();
    }

    @AfterAll
    void end() {
        whalebox.close();
    }

    private static int count(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return (int) entries.count();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static long residentKilobytes(Path engine) {
        Matcher resident = Pattern.compile("VmRSS:\\s+(\\d+) kB").matcher(Project.read(engine.resolve("status")));
        assertThat(resident.find()).isTrue();
        return Long.parseLong(resident.group(1));
    }

    private static List<Command.Result> together(int count, IntFunction<Command> command) {
        List<Command.Running> all =
                IntStream.range(0, count).mapToObj(command).map(Command::start).toList();
        return all.stream().map(Command.Running::end).toList();
    }

    private void assertNothingIsLeft() {
        assertThat(whalebox.text("ps", "-aq")).isEmpty();
        whalebox.removeContainers();
    }

    @Test
    void shortContainersInARowAndAtOnceLeaveNothing() {
        Path engine = Path.of("/proc", Long.toString(whalebox.engine()));
        together(AT_ONCE, i -> whalebox.container("busybox", "sh", "-c", "exit " + i % 100))
                .forEach(Command.Result::status);
        for (int i = 0; i < IN_A_ROW; i++) {
            whalebox.run("busybox", "true").successful();
        }
        assertNothingIsLeft();
        long resident = residentKilobytes(engine);
        int descriptors = count(engine.resolve("fd")) + Whalebox.LAUNCHER_DESCRIPTORS;

        List<Command.Result> results =
                together(AT_ONCE, i -> whalebox.container("busybox", "sh", "-c", "exit " + i % 100));
        for (int i = 0; i < AT_ONCE; i++) {
            results.get(i).endedWith(i % 100);
        }
        for (int i = 0; i < IN_A_ROW; i++) {
            whalebox.run("busybox", "true").successful();
        }

        assertNothingIsLeft();
        assertThat(engine.getFileName()).hasToString(Long.toString(whalebox.engine()));
        Eventually.await(() -> count(engine.resolve("fd")) <= descriptors);
        assertThat(residentKilobytes(engine)).isLessThan(resident + SLACK_KILOBYTES);
    }

    @Test
    void aNameIsGivenToOneOfManyWhoWantIt() {
        List<Command.Result> results =
                together(CLIENTS, _ -> whalebox.command("create", "--name", "wanted", "busybox", "true"));

        assertThat(results.stream().filter(result -> result.status() == 0)).hasSize(1);
        assertThat(results.stream().filter(result -> result.status() != 0))
                .allSatisfy(
                        result -> result.refused(1, "The container name \"/wanted\" is already in use by container"));
        assertThat(results.stream().map(Command.Result::text).filter(id -> !id.isEmpty()))
                .hasSize(1);
        whalebox.text("rm", "wanted");
        assertNothingIsLeft();
    }

    @Test
    void manyClientsDoAllThatThereIsToDo() {
        String script =
                "set -e; name=$1; shift; \"$@\" run -d --name $name busybox sleep 1000; \"$@\" ps -q >/dev/null;"
                        + " \"$@\" inspect -f '{{.State.Status}}' $name; \"$@\" stop -t 0 $name; \"$@\" start $name;"
                        + " \"$@\" rm -f $name";
        List<Command.Result> results =
                together(CLIENTS / 2, i -> whalebox.command().through("sh", "-c", script, "sh", "client" + i));

        for (int i = 0; i < results.size(); i++) {
            String name = "client" + i + "\n";
            assertThat(results.get(i).successful().text()).endsWith("running\n" + name + name + name);
        }
        assertNothingIsLeft();
    }
}
