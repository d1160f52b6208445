package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What cannot be done is said in one line with the right status, and leaves nothing behind. */
@EndToEnd
class BadInputTest {
    private final Whalebox whalebox;

    @TempDir
    Path directory;

    BadInputTest(Whalebox whalebox) {
        this.whalebox = whalebox;
    }

    /** No container, no name, no mark; what a container needs on the host is made after all has been checked. */
    private void assertNothingIsCreated() {
        assertThat(whalebox.store().resolve("containers")).isEmptyDirectory();
        assertThat(whalebox.store().resolve("names")).isEmptyDirectory();
        assertThat(whalebox.runDirectory().resolve("owned")).isEmptyDirectory();
    }

    private void refusesToRun(String part, String... arguments) {
        whalebox.run(arguments).refused(125, part);
        assertNothingIsCreated();
    }

    @ParameterizedTest
    @CsvSource({
        "no-such-image, no-such-image",
        "UPPER/case, UPPER/case",
        "a:b:c, reference",
        "'', reference",
        "../etc, reference",
        "busybox@sha256:12, reference"
    })
    void anImageThatIsNotThereOrCannotBe(String image, String part) {
        refusesToRun(part, "--pull=never", image, "true");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10x", "-1", "1k", "99999999999999999999g", "", "m", "9000000t"})
    void memoryThatIsNoSizeOrTooLittleOrTooMuch(String size) {
        refusesOption("--memory=" + size);
    }

    /**
     * One line says what is wrong. Where it is wrong by itself, whatever the machine, the command's usage follows, as
     * Docker has it.
     */
    private void refusesOption(String option) {
        Command.Result result = whalebox.run(option, "busybox", "true").endedWith(125);
        assertThat(result.text()).isEmpty();
        List<String> lines = result.complaint().lines().toList();
        assertThat(lines.getFirst()).isNotBlank().doesNotContain("Exception", "internal error");
        if (lines.size() > 1) {
            assertThat(lines.subList(1, lines.size()))
                    .containsExactly(
                            "",
                            "Usage:  whalebox run [OPTIONS] IMAGE [COMMAND] [ARG...]",
                            "",
                            "Run 'whalebox run --help' for more information");
        }
        assertNothingIsCreated();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--cpuset-cpus=4096",
                "--cpuset-cpus=a",
                "--cpuset-mems=64",
                "--cpus=-1",
                "--cpus=100000",
                "--cpus=0.001",
                "--cpu-shares=-5",
                "--blkio-weight=5",
                "--ulimit=nofile=x",
                "--ulimit=nosuch=1",
                "--network=no-such",
                "--pid=no-such",
                "--user=nobody-here",
                "--user=0:no-such-group",
                "--group-add=no-such-group",
                "--cap-add=NO_SUCH",
                "--security-opt=no-such",
                "--security-opt=seccomp=/no/such/file",
                "--device=/no/such/device",
                "--sysctl=kernel.hostname=x",
                "--shm-size=-1",
                "--env-file=/no/such/file",
                "--mount=type=bind,src=/no/such/source,dst=/x",
                "--mount=type=nosuch,dst=/x",
                "--volume=/no:/such:thing",
                "--tmpfs=relative",
                "--workdir=relative",
                "--name=-bad",
                "--name=../../evil",
                "--name=a/b",
                "--stop-signal=FOO",
                "--pull=sometimes",
                "--memory-swap=1k",
                "--memory-reservation=x",
                "--pids-limit=x",
                "--cgroup-parent=../../escape",
                "--label==x",
                "--env==x",
                "--mount=type=bind,src=/tmp,dst=/x,bind-recursive=writable",
                "--uts=no-such",
                "--ipc=no-such",
                "--oom-score-adj=5000",
                "--userns=no-such",
                "--no-such-option"
            })
    void anOptionThatMeansNothingHere(String option) {
        refusesOption(option);
    }

    @Test
    void aNameThatIsTaken() {
        try (Command.Running first = whalebox.container(
                        "--name", "taken", "-i", "busybox", "sh", "-c", "echo up; sleep 60")
                .start()) {
            first.await("up");
            whalebox.run("--name", "taken", "busybox", "true").refused(125, "taken");
            first.signal("KILL");
            first.end();
        }
        whalebox.run("--name", "taken", "busybox", "true").successful();
    }

    @Test
    void aUserWithoutRights() {
        Command command = whalebox.container("busybox", "true");
        Command.Result result = command.through("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
                .run();
        result.refused(125, "root");
    }

    @Test
    void aCommandThatNobodyNamed() {
        whalebox.command("image", "import", "-", "bare:latest")
                .input(new TarArchive().directory("etc/").end())
                .run()
                .successful();
        refusesToRun("no command specified", "bare:latest");
        whalebox.command("rmi", "bare:latest").run().successful();
    }

    @Test
    void aVolumeWhoseSourceIsMissingWhereItIsNotToBeMade() {
        Path missing = directory.resolve("missing");
        refusesToRun(
                "bind source path does not exist: " + missing,
                "--mount=type=bind,source=" + missing + ",target=/x",
                "busybox",
                "true");
        assertThat(missing).doesNotExist();
    }

    @Test
    void aFileForTheIdThatIsThereAlready() throws IOException {
        Path file = Files.writeString(directory.resolve("cid"), "somebody's");
        refusesToRun("" + file, "--cidfile=" + file, "busybox", "true");
        assertThat(file).hasContent("somebody's");
    }

    /** A machine without control groups is one whose kernel or whose administrator has left them out. */
    @Test
    void aFeatureOfTheKernelThatIsMissing() {
        whalebox.container("busybox", "true")
                // In a process of its own: an engine that stays sees the machine as it was when it began.
                .environment("WHALEBOX_ENGINE", "off")
                .through("unshare", "--mount", "sh", "-c", "umount -R /sys/fs/cgroup && exec \"$@\"", "sh")
                .run()
                .refused(125, "no cgroup file system is mounted", "mount -t cgroup2");
        assertNothingIsCreated();
    }

    @ParameterizedTest
    @ValueSource(strings = {"rm", "rmi"})
    void nothingByTheNameOfNothing(String command) {
        assertThat(whalebox.command(command, "").run().endedWith(1).complaint().lines())
                .hasSize(1);
    }

    @Test
    void anArchiveThatEndsEarly() throws IOException {
        byte[] whole = new ImageArchive("truncated:latest").shell().bytes();
        Path file = directory.resolve("truncated.tar");
        Files.write(file, Arrays.copyOf(whole, whole.length / 2));
        whalebox.command("load", "-i", file.toString()).run().refused(1, "cannot load");
        refusesToRun("truncated:latest", "--pull=never", "truncated:latest", "true");
    }

    @Test
    void somethingThatIsNoArchive() {
        whalebox.command("load").input("this is no archive").run().refused(1, "cannot load");
        whalebox.command("image", "import", "-")
                .input("this is no archive")
                .run()
                .refused(1, "import");
    }

    @Test
    void aLayerWhoseDigestDoesNotMatch() throws IOException {
        byte[] archive = new ImageArchive("forged:latest")
                .shell()
                .layer(new TarArchive().file("note", "original text"))
                .bytes();
        String text = new String(archive, StandardCharsets.ISO_8859_1).replace("original text", "replaced text");
        whalebox.command("load")
                .input(text.getBytes(StandardCharsets.ISO_8859_1))
                .run()
                .refused(1, "sha256:");
        refusesToRun("forged:latest", "--pull=never", "forged:latest", "true");
    }

    /** Each archive tries to reach this file or directory of the host. */
    static Stream<Arguments> attacks() {
        return Stream.of(
                Arguments.of("cve_2018_15664_parent", (Attack)
                        host -> new TarArchive().file("../../../../../../../../.." + host + "/evil", "evil")),
                Arguments.of("zip_slip_inside_a_path", (Attack)
                        host -> new TarArchive().file("a/../../../../../../../.." + host + "/evil", "evil")),
                Arguments.of("absolute", (Attack) host -> new TarArchive().file(host + "/evil", "evil")),
                Arguments.of("cve_2021_32760_through_a_link", (Attack) host ->
                        new TarArchive().symbolicLink("link", host.toString()).file("link/evil", "evil")),
                Arguments.of("through_two_links", (Attack) host -> new TarArchive()
                        .symbolicLink("up", "../../../../../../../..")
                        .symbolicLink("link", "up" + host)
                        .file("link/evil", "evil")),
                Arguments.of("overwrite_through_a_link", (Attack) host ->
                        new TarArchive().symbolicLink("file", host + "/victim").file("file", "evil")),
                Arguments.of("hard_link_to_a_host_file", (Attack) host ->
                        new TarArchive().hardLink("mine", host + "/victim").file("mine", "evil")),
                Arguments.of("hard_link_through_a_link", (Attack) host ->
                        new TarArchive().symbolicLink("link", host.toString()).hardLink("mine", "link/victim")));
    }

    interface Attack {
        TarArchive against(Path host);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void anArchiveThatReachesForTheHost(String name, Attack attack) throws IOException {
        Path host = Files.createDirectory(directory.resolve("host"));
        Path victim = Files.writeString(host.resolve("victim"), "untouched");
        whalebox.command("image", "import", "-", "attack:latest")
                .input(attack.against(host).end())
                .run();
        assertThat(victim).hasContent("untouched");
        assertThat(host).isDirectoryContaining(file -> file.equals(victim)).satisfies(place -> {
            try (Stream<Path> files = Files.list(place)) {
                assertThat(files).containsExactly(victim);
            }
        });
        assertThat(Files.getAttribute(victim, "unix:nlink")).isEqualTo(1);
    }
}
