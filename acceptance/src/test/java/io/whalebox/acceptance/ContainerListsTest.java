package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Containers in lists and documents, as Docker's users know them. */
@EndToEnd
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContainerListsTest {
    private Whalebox whalebox;

    /** One of each state, made in this order. */
    @BeforeAll
    void makeContainers() {
        whalebox = Whalebox.withEngineOfItsOwn();
        whalebox.command(
                        "run",
                        "--name",
                        "ended",
                        "--label",
                        "stage=old",
                        "busybox",
                        "sh",
                        "-c",
                        "echo x > /made; exit 3")
                .run()
                .endedWith(3);
        whalebox.text(
                "create",
                "--name",
                "made",
                "-e",
                "A=1",
                "-v",
                "/tmp:/host:ro",
                "-m",
                "64m",
                "--restart",
                "on-failure:3",
                "--stop-timeout",
                "7",
                "--log-opt",
                "max-size=1m",
                "busybox",
                "true");
        whalebox.text("run", "-d", "--name", "still", "busybox", "sleep", "1000");
        whalebox.text("pause", "still");
        whalebox.text(
                "run", "-d", "--name", "busy", "--label", "stage=new", "--label", "kind=x", "busybox", "sleep", "1000");
    }

    @AfterAll
    void end() {
        whalebox.text("rm", "-f", "ended", "made", "still", "busy");
        whalebox.close();
    }

    private String names(String... options) {
        String[] words = new String[options.length + 3];
        words[0] = "ps";
        System.arraycopy(options, 0, words, 1, options.length);
        words[options.length + 1] = "--format";
        words[options.length + 2] = "{{.Names}}";
        return whalebox.text(words).replace('\n', ' ');
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run -d busybox sleep 1000     | false false false false false",
                "run -d -i busybox sleep 1000  | false false false true  false",
                "create busybox true           | false true  true  false false",
                "create -i busybox true        | true  true  true  true  true",
                "create -a stderr busybox true | false false true  false false"
            })
    void whatItsMakerIsConnectedToIsTold(String words, String expected) {
        String id = whalebox.text(words.split(" "));
        assertThat(whalebox.inspect(
                        "{{.Config.AttachStdin}} {{.Config.AttachStdout}} {{.Config.AttachStderr}}"
                                + " {{.Config.OpenStdin}} {{.Config.StdinOnce}}",
                        id))
                .isEqualTo(expected.replaceAll(" +", " "));
        whalebox.text("rm", "-f", id);
    }

    @Test
    void whatRunsIsListedUnlessAskedOtherwise() {
        assertThat(names()).isEqualTo("busy still");
        assertThat(names("-a")).isEqualTo("busy still made ended");
        assertThat(names("-n", "3")).isEqualTo("busy still made");
        assertThat(names("-l")).isEqualTo("busy");
        assertThat(whalebox.text("ps").lines().findFirst().orElseThrow())
                .matches("CONTAINER ID +IMAGE +COMMAND +CREATED +STATUS +PORTS +NAMES");
        assertThat(whalebox.text("ps", "-as", "--format", "{{.Names}} {{.Size}}"))
                .containsPattern("ended 2B \\(virtual [0-9.]+[kM]B\\)");
        assertThat(whalebox.text("ps", "--format", "json").lines().findFirst().orElseThrow())
                .startsWith("{\"Command\":\"\\\"sleep 1000\\\"\",\"CreatedAt\":\"")
                .contains("\"Names\":\"busy\",\"Networks\":\"")
                .contains("\"State\":\"running\",\"Status\":\"Up ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name=us        | busy",
                "name=^/busy$   | busy",
                "status=created | made",
                "status=exited  | ended",
                "status=paused  | still",
                "exited=3       | ended",
                "exited=0       | ''",
                "label=stage    | busy ended",
                "label=stage=new| busy",
                "ancestor=busybox | busy still made ended",
                "ancestor=nothing | ''",
                "before=still   | made ended",
                "since=made     | busy still",
                "volume=/host   | made",
                "volume=/tmp    | made",
                "health=none    | busy still made ended",
                "health=healthy | ''",
                "expose=80      | ''",
                "publish=80-90/tcp | ''",
                "is-task=true   | ''",
                "is-task=false  | busy still made ended"
            })
    void conditionsChoose(String filter, String expected) {
        assertThat(names("-a", "--filter", filter)).isEqualTo(expected);
    }

    @Test
    void severalConditionsAreJoined() {
        assertThat(names("--filter", "status=exited", "--filter", "status=created"))
                .isEqualTo("made ended");
        assertThat(names("-a", "--filter", "label=stage=new", "--filter", "label=kind"))
                .isEqualTo("busy");
        assertThat(names("-a", "--filter", "label=stage", "--filter", "name=ended"))
                .isEqualTo("ended");
        whalebox.command("ps", "--filter", "status=gone").run().refused(1, "invalid filter 'status=gone'");
        whalebox.command("ps", "--filter", "colour=red").run().refused(1, "invalid filter");
        whalebox.command("ps", "--filter", "before=nobody").run().refused(1, "No such container: nobody");
    }

    @Test
    void aDocumentHoldsWhatWasAsked() {
        assertThat(whalebox.inspect(
                        "{{.State.Status}} {{.State.Running}} {{.State.Pid}} {{.Path}} {{.Name}} {{.RestartCount}}",
                        "made"))
                .isEqualTo("created false 0 true /made 0");
        assertThat(whalebox.inspect(
                        "{{.HostConfig.Memory}} {{json .HostConfig.RestartPolicy}} {{json .HostConfig.Binds}}", "made"))
                .isEqualTo("67108864 {\"Name\":\"on-failure\",\"MaximumRetryCount\":3} [\"/tmp:/host:ro\"]");
        assertThat(whalebox.inspect("{{json .HostConfig.LogConfig}} {{.Config.StopTimeout}} {{.Config.Tty}}", "made"))
                .isEqualTo("{\"Type\":\"json-file\",\"Config\":{\"max-size\":\"1m\"}} 7 false");
        assertThat(whalebox.inspect("{{json .Config.Env}} {{json .Config.Cmd}} {{.Config.Image}}", "made"))
                .startsWith("[\"PATH=")
                .endsWith(",\"A=1\"] [\"true\"] busybox");
        assertThat(whalebox.inspect("{{range .Mounts}}{{.Type}} {{.Source}} {{.Destination}} {{.RW}}{{end}}", "made"))
                .isEqualTo("bind /tmp /host false");
    }

    @Test
    void aDocumentTellsTheState() {
        assertThat(whalebox.inspect("{{.State.Status}} {{.State.Running}} {{.State.Paused}}", "still"))
                .isEqualTo("paused true true");
        assertThat(whalebox.inspect("{{.State.ExitCode}} {{.State.OOMKilled}} {{len .State.FinishedAt}}", "ended"))
                .startsWith("3 false ");
        assertThat(Project.read(Path.of("/proc", whalebox.inspect("{{.State.Pid}}", "busy"), "cmdline")))
                .isEqualTo("sleep\0001000\000");
        assertThat(whalebox.inspect("{{.SizeRw}}", "ended")).isEqualTo("<no value>");
        assertThat(whalebox.text("inspect", "--size", "--format", "{{.SizeRw}}", "ended"))
                .isEqualTo("2");
        assertThat(whalebox.text("container", "inspect", "-s", "-f", "{{.GraphDriver.Data.UpperDir}}", "busy"))
                .endsWith("/upper");
    }
}
