package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code whalebox exec} as a user meets it; what a program may do in a container is shown in the engine's tests. */
@EndToEnd
class ExecTest {
    private static final String NAME = "exec-target";

    private final Whalebox whalebox;

    ExecTest(Whalebox whalebox) {
        this.whalebox = whalebox;
    }

    @BeforeEach
    void startAContainer() {
        whalebox.command("run", "-d", "--name", NAME, "busybox", "sleep", "1000")
                .run()
                .successful();
    }

    @AfterEach
    void removeIt() {
        whalebox.command("rm", "-f", NAME).run();
    }

    private Command exec(String... arguments) {
        return whalebox.command(
                Stream.concat(Stream.of("exec"), Stream.of(arguments)).toArray(String[]::new));
    }

    @Test
    void streamsAndTheStatusAreTheProgramsOwn() {
        Command.Result result = exec("-i", NAME, "sh", "-c", "cat; echo err >&2; exit 7")
                .input("typed\n")
                .run()
                .endedWith(7);

        assertThat(result.text()).isEqualTo("typed\n");
        assertThat(result.complaint()).isEqualTo("err\n");
    }

    @Test
    void optionsAreDockers() {
        assertThat(exec("-e", "A=1", "-u", "1:2", "-w", "/etc", NAME, "sh", "-c", "echo $A; id -u; id -g; pwd")
                        .run()
                        .successful()
                        .text())
                .isEqualTo("1\n1\n2\n/etc\n");
    }

    @Test
    void whatCannotRunIsToldFromWhatIsMissing() {
        exec(NAME, "nonesuch").run().refused(127, "exec: \"nonesuch\": executable file not found in $PATH");
        exec(NAME, "/etc").run().refused(126, "exec: \"/etc\": permission denied");
        exec("no-such-container", "true").run().refused(1, "No such container: no-such-container");
        exec("-ti", NAME, "true").run().refused(1, "the input device is not a TTY");
    }

    @Test
    void aContainerThatHasEndedIsNotEntered() {
        whalebox.command("run", "--name", "ended", "busybox", "true").run().successful();

        exec("ended", "true").run().refused(1, "container ", " is not running");

        whalebox.command("rm", "ended").run().successful();
    }

    @Test
    void theTerminalHasTheSizeOfTheUsers() {
        String words = exec("-ti", NAME, "stty", "size").words().stream().collect(Collectors.joining(" "));
        assertThat(Command.of(
                                "script",
                                "--quiet",
                                "--return",
                                "--command",
                                "stty rows 33 cols 77; " + words,
                                "/dev/null")
                        .environment("WHALEBOX_ROOT", whalebox.store().toString())
                        .environment("WHALEBOX_RUN", whalebox.runDirectory().toString())
                        .environment("WHALEBOX_ENGINE", "off")
                        .run()
                        .successful()
                        .text())
                .contains("33 77");
    }

    @Test
    void aDetachedProgramOutlivesItsCommand() {
        assertThat(exec("-d", NAME, "sh", "-c", "while [ ! -e /go ]; do sleep 0.1; done; echo done >/proc/1/root/went")
                        .run()
                        .successful()
                        .text())
                .isEmpty();

        assertThat(exec(NAME, "sh", "-c", "touch /go; while [ ! -e /went ]; do sleep 0.1; done; cat /went")
                        .run()
                        .successful()
                        .text())
                .isEqualTo("done\n");
    }
}
