package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar of options, with those of {@code run}. */
class CommandLineTest {
    private static CommandLine run(String... words) {
        return CommandLine.parse(RunFlags.ALL, CommandLine.Order.FLAGS_FIRST, List.of(words));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-m 100m",
                "-m100m",
                "-m=100m",
                "--memory 100m",
                "--memory=100m",
                "-itm 100m",
                "-itm100m",
                "-tim=100m",
                "-m 5 -m 100m"
            })
    void aValueMayFollowItsNameInEveryWay(String options) {
        CommandLine line = run((options + " busybox sh").split(" ", -1));

        assertThat(line.value(RunFlags.MEMORY)).contains(new ByteSize(100 << 20));
        assertThat(line.arguments()).containsExactly("busybox", "sh");
    }

    @Test
    void switchesClusterInAnyOrder() {
        for (String cluster : List.of("-ti", "-it")) {
            CommandLine line = run(cluster, "busybox");
            assertThat(line.isOn(RunFlags.INTERACTIVE)).isTrue();
            assertThat(line.isOn(RunFlags.TTY)).isTrue();
        }
    }

    @Test
    void aSwitchTakesItsValueOnlyAfterAnEqualsSign() {
        assertThat(run("--rm=false", "busybox").isOn(RunFlags.RM)).isFalse();
        assertThat(run("-i=0", "busybox").isOn(RunFlags.INTERACTIVE)).isFalse();

        CommandLine line = run("--rm", "false");
        assertThat(line.isOn(RunFlags.RM)).isTrue();
        assertThat(line.arguments()).containsExactly("false");
    }

    @Test
    void whatStandsBehindTheImageBelongsToTheCommand() {
        CommandLine line = run("busybox", "stress", "-m", "1", "--rm", "--");

        assertThat(line.arguments()).containsExactly("busybox", "stress", "-m", "1", "--rm", "--");
        assertThat(line.value(RunFlags.MEMORY)).isEmpty();
        assertThat(line.isOn(RunFlags.RM)).isFalse();
    }

    @Test
    void otherCommandsTakeOptionsAfterArgumentsToo() {
        Flag<Boolean> quiet = Flag.toggle("quiet", "Less").shorthand('q');
        CommandLine line =
                CommandLine.parse(List.of(quiet), CommandLine.Order.MIXED, List.of("busybox", "-q", "-", "--", "-q"));

        assertThat(line.isOn(quiet)).isTrue();
        assertThat(line.arguments()).containsExactly("busybox", "-", "-q");
    }

    @Test
    void twoDashesEndTheOptions() {
        assertThat(run("--rm", "--", "--odd-image", "-x").arguments()).containsExactly("--odd-image", "-x");
    }

    @Test
    void aListGrowsAndASingleValueIsReplaced() {
        CommandLine line = run("-e", "A=1", "--env=B=2=3", "--name", "one", "--name", "two", "busybox");

        assertThat(line.values(RunFlags.ENV)).containsExactly("A=1", "B=2=3");
        assertThat(line.value(RunFlags.NAME)).contains("two");
    }

    @Test
    void theSpellingsOfTheFirstClientsStillWork() {
        CommandLine line = run("-cpuset", "0-1", "-cpushare", "512", "--net", "host", "busybox");

        assertThat(line.value(RunFlags.CPUSET_CPUS)).contains("0-1");
        assertThat(line.value(RunFlags.CPU_SHARES)).contains(512L);
        assertThat(line.values(NetworkFlags.NETWORK)).containsExactly("host");
        assertThat(run("-cpuset=0-1", "busybox").value(RunFlags.CPUSET_CPUS)).contains("0-1");
    }

    @Test
    void aValueMayLookLikeAnOption() {
        assertThat(run("--name", "--rm", "busybox").value(RunFlags.NAME)).contains("--rm");
        assertThat(run("-w", "", "busybox").value(RunFlags.WORKDIR)).contains("");
    }

    @Test
    void aMessageShowsNoEscapeSequence() {
        UsageException e = catchThrowableOfType(UsageException.class, () -> run("--\u001b[2J\nrm", "busybox"));

        assertThat(e.message()).isEqualTo("unknown flag: --\\x1b[2J\\nrm");
    }
}
