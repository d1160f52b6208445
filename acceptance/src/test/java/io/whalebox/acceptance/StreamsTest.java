package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@EndToEnd
class StreamsTest {
    private final Whalebox whalebox;

    StreamsTest(Whalebox whalebox) {
        this.whalebox = whalebox;
    }

    @Test
    void outputAndErrorsStayApart() {
        Command.Result result = whalebox.run("busybox", "sh", "-c", "echo out; echo err >&2");
        assertThat(result.successful().text()).isEqualTo("out\n");
        assertThat(result.complaint()).isEqualTo("err\n");
    }

    @Test
    void everyByteGoesThroughBothWays() {
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        Command.Result result =
                whalebox.container("-i", "busybox", "cat").input(bytes).run().successful();
        assertThat(result.output()).isEqualTo(bytes);
    }

    @Test
    void standardInputEndsWhereItEnds() {
        assertThat(whalebox.container("-i", "busybox", "wc", "-c")
                        .input("twelve bytes")
                        .run()
                        .successful()
                        .text()
                        .strip())
                .isEqualTo("12");
    }

    @Test
    void withoutMinusIStandardInputIsEmpty() {
        assertThat(whalebox.container("busybox", "wc", "-c")
                        .input("not for you")
                        .run()
                        .successful()
                        .text()
                        .strip())
                .isEqualTo("0");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 42, 255})
    void theExitStatusIsTheContainers(int status) {
        whalebox.run("busybox", "sh", "-c", "exit " + status).endedWith(status);
    }

    @ParameterizedTest
    @CsvSource({"9, 137", "15, 143", "6, 134"})
    void aProgramEndedByASignalGives128AndTheSignal(int signal, int status) {
        // With an init, since the kernel shields process 1 of a namespace from signals that it does not handle.
        whalebox.run("--init", "busybox", "sh", "-c", "kill -" + signal + " $$").endedWith(status);
    }

    @Test
    void aProgramThatIsNotThereGives127() {
        Command.Result result = whalebox.run("busybox", "no-such-program").endedWith(127);
        assertThat(result.complaint()).contains("no-such-program");
        assertThat(result.text()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", ".."})
    void aNameThatNoProgramCanHaveGives127(String name) {
        whalebox.run("busybox", name).refused(127, "exec: \"" + name + "\": executable file not found in $PATH");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc", "/etc/passwd"})
    void aProgramThatCannotBeExecutedGives126(String program) {
        assertThat(whalebox.run("busybox", program).endedWith(126).complaint()).contains(program);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"two words", "it's", "\"quoted\"", "a\nb", "$HOME `id` \\", "", "naïve 鯨 🐋", "-m", "--", "*"})
    void argumentsArriveIntact(String argument) {
        Command.Result result = whalebox.run("busybox", "sh", "-c", "printf '%s' \"$1\"", "sh", argument)
                .successful();
        assertThat(result.text()).isEqualTo(argument);
    }

    /** Arguments and variables are bytes; a shell makes them, since Java's own are characters. */
    @Test
    void bytesThatAreNoCharactersArriveIntact() {
        String run = "NAME=$'\\xfe' exec \"$@\" $'a\\xff\\xc3'";
        Command command = whalebox.container(
                "-e", "NAME", "busybox", "sh", "-c", "printf '%s %s %s' \"$1\" \"$2\" \"$NAME\"", "sh", "naïve");
        byte[] expected = "na\u00c3\u00afve a\u00ff\u00c3 \u00fe".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(command.through("bash", "-c", run, "bash").run().successful().output())
                .isEqualTo(expected);
    }

    /** {@code <(...)} names a descriptor of the caller, whichever process reads it. */
    @Test
    void aFileThatIsAPipeOfTheCallersIsRead() {
        assertThat(whalebox.container("busybox", "env")
                        .through("bash", "-c", "\"$1\" run --rm --env-file <(echo FROM=pipe) busybox env", "bash")
                        .run()
                        .successful()
                        .text())
                .contains("FROM=pipe\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"<&-", ">&-", "2>&-", "<&- >&- 2>&-"})
    void aStreamThatTheCallerClosedIsAsIfItWereEmpty(String closing) {
        Command.Result result = whalebox.container("-i", "busybox", "sh", "-c", "cat; echo out; echo err >&2; exit 4")
                .through("bash", "-c", "exec \"$@\" " + closing, "bash")
                .run()
                .endedWith(4);
        assertThat(result.text()).isEqualTo(closing.matches(".*(^|[^2])>&-.*") ? "" : "out\n");
        assertThat(result.complaint()).isEqualTo(closing.contains("2>&-") ? "" : "err\n");
    }

    @Test
    void aCallerThatIgnoresTheEndOfItsChildrenGetsTheStatusToo() {
        whalebox.container("busybox", "sh", "-c", "exit 6")
                .through("bash", "-c", "trap '' CHLD; exec \"$@\"", "bash")
                .run()
                .endedWith(6);
    }

    @Test
    void optionsAfterTheImageBelongToTheProgram() {
        assertThat(whalebox.run("busybox", "echo", "-m", "1", "--rm", "-ti")
                        .successful()
                        .text())
                .isEqualTo("-m 1 --rm -ti\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "HUP", "USR1", "INT", "QUIT"})
    void signalsGoToTheProgram(String signal) {
        try (Command.Running running = whalebox.container(
                        "busybox",
                        "sh",
                        "-c",
                        "trap 'echo caught; exit 7' " + signal + "; echo ready; while :; do sleep 0.1; done")
                // What this process was told to ignore, as a job in the background is, is not ignored by the command.
                .through("env", "--default-signal")
                .start()) {
            running.await("ready");
            running.signal(signal);
            Command.Result result = running.end().endedWith(7);
            assertThat(result.text()).isEqualTo("ready\ncaught\n");
        }
    }
}
