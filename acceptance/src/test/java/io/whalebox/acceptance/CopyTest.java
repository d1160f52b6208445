package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Copies between the host and containers, by Docker's rules. */
@EndToEnd
class CopyTest {
    private static final Whalebox WHALEBOX = Whalebox.withEngineOfItsOwn();

    @TempDir
    Path directory;

    @BeforeAll
    static void load() {
        WHALEBOX.command("load")
                .input(new ImageArchive("base:1")
                        .shell()
                        .layer(new TarArchive()
                                .directory("data/")
                                .file("data/file", "content")
                                .directory("data/sub/")
                                .file("data/sub/deep", "deep".getBytes(StandardCharsets.US_ASCII), 0640)
                                .symbolicLink("data/link", "file")
                                .symbolicLink("out", "/data/sub"))
                        .bytes())
                .run()
                .successful();
        WHALEBOX.text("run", "--name", "stopped", "base:1", "true");
        WHALEBOX.text(
                "run",
                "-d",
                "--name",
                "live",
                "-v",
                "shared:/v",
                "--tmpfs",
                "/t",
                "base:1",
                "/bin/busybox",
                "sleep",
                "1000");
    }

    @AfterAll
    static void remove() {
        WHALEBOX.text("rm", "-f", "live");
        WHALEBOX.close();
    }

    private static String tree(Path path) {
        return Command.of("bash", "-c", "cd " + path + " && find . -mindepth 1 -printf '%P %y\\n' | LC_ALL=C sort")
                .run()
                .successful()
                .text();
    }

    /** What docker puts where: what there is of the target before, and what it is called then. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "live:/data/file    | there/        | there/file f",
                "live:/data/file    | new           | new f",
                "live:/data/file    | there/old     | there/old f",
                "live:/data/link    | there         | there/link l",
                "live:/data/sub     | there         | there/sub d,there/sub/deep f",
                "live:/data/sub/    | there         | there/sub d,there/sub/deep f",
                "live:/data/sub/.   | there         | there/deep f",
                "live:/data/sub     | new           | new d,new/deep f",
                "live:/data/sub/.   | new           | new d,new/deep f",
                "live:/out/.        | new           | new d,new/deep f",
                "stopped:/data/sub/ | there         | there/sub d,there/sub/deep f",
                "stopped:data/file  | there/.       | there/file f",
            })
    void outOfAContainer(String source, String target, String expected) throws IOException {
        Files.createDirectory(directory.resolve("there"));
        Files.writeString(directory.resolve("there/old"), "old");

        Command.Result copied =
                WHALEBOX.command("cp", source, target).in(directory).run().successful();

        assertThat(copied.text()).isEmpty();
        assertThat(copied.complaint()).startsWith("Successfully copied ").contains(directory.toString());
        assertThat(tree(directory).lines())
                .contains(expected.split(",", -1))
                .allMatch(line -> expected.contains(line) || line.equals("there d") || line.equals("there/old f"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "live:/data/file | new/      | no such directory",
                "live:/data/sub  | there/old | cannot copy directory",
                "live:/nope      | there     | Could not find the file /nope in container live",
                "live:/data/file | no/such   | does not exist",
                "live:/a         | stopped:/ | copying between containers is not supported",
                "a               | b         | must specify at least one container source",
                "nosuch:/a       | there     | No such container: nosuch",
                "nofile          | live:/    | no such file or directory",
                "there           | live:/data/file  | cannot copy directory",
                "there/old       | live:/new/ | no such directory",
                "there/old/      | live:/    | not a directory",
                "there/old       | live:/no/such | Could not find the file /no in container live",
                "there/.         | live:/trap | cannot overwrite directory \"old\" with non-directory \"old\"",
            })
    void whatDockerRefuses(String source, String target, String reason) throws IOException {
        WHALEBOX.text("exec", "live", "/bin/busybox", "mkdir", "-p", "/trap/old");
        Files.createDirectory(directory.resolve("there"));
        Files.writeString(directory.resolve("there/old"), "old");

        WHALEBOX.command("cp", source, target).in(directory).run().refused(1, reason);

        assertThat(tree(directory)).isEqualTo("there d\nthere/old f\n");
    }

    @Test
    void intoAContainerAndThroughWhatIsMountedThere() throws IOException {
        Path tree = Files.createDirectories(directory.resolve("tree/sub"));
        Files.writeString(tree.resolve("file"), "in");
        Files.createSymbolicLink(directory.resolve("tree/link"), Path.of("sub/file"));
        Command.of("chown", "-R", "1234:1234", directory.resolve("tree").toString())
                .run()
                .successful();

        WHALEBOX.text("cp", "-q", directory + "/tree", "live:/v");
        WHALEBOX.text("cp", "-q", "-a", directory + "/tree/.", "live:/t/");
        WHALEBOX.text("cp", "-q", "-L", directory + "/tree/link", "live:/t/followed");

        assertThat(WHALEBOX.text(
                        "exec",
                        "live",
                        "/bin/busybox",
                        "sh",
                        "-c",
                        "cd /v; /bin/stat -c '%n %u' tree/sub/file; cat tree/link"))
                .isEqualTo("tree/sub/file 0\nin");
        assertThat(WHALEBOX.text(
                        "exec",
                        "live",
                        "/bin/busybox",
                        "sh",
                        "-c",
                        "/bin/stat -c '%n %u' /t/sub/file; cat /t/followed"))
                .isEqualTo("/t/sub/file 1234\nin");
        // It is the volume that has it, so it is there for others too, and for one that does not run.
        WHALEBOX.text("run", "--name", "later", "-v", "shared:/w", "base:1", "true");
        Command.Result tar = WHALEBOX.command("cp", "later:/w/tree", "-").run().successful();
        assertThat(Command.of("tar", "-xO", "tree/sub/file")
                        .input(tar.output())
                        .run()
                        .successful()
                        .text())
                .isEqualTo("in");
        WHALEBOX.text("cp", "-q", tree + "/file", "later:/w/fromhost");
        assertThat(WHALEBOX.text("exec", "live", "cat", "/v/fromhost")).isEqualTo("in");
        WHALEBOX.text("rm", "later");
    }

    @Test
    void aTarFromStandardInput() throws IOException {
        Files.writeString(directory.resolve("one"), "1");
        byte[] tar = Command.of("tar", "-czC", directory.toString(), "--owner=7", "one")
                .run()
                .successful()
                .output();

        WHALEBOX.command("cp", "-", "stopped:/tmp").input(tar).run().successful();

        WHALEBOX.text("cp", "-q", "stopped:/tmp/one", directory + "/back");
        assertThat(directory.resolve("back")).hasContent("1");
        WHALEBOX.command("cp", "-", "stopped:/data/file")
                .input(tar)
                .run()
                .refused(1, "destination \"stopped:/data/file\" must be a directory");
        WHALEBOX.command("cp", "-", "stopped:/data")
                .input("no tar at all")
                .run()
                .refused(1, "archive");
    }

    @Test
    void aLinkThatTheContainerSwapsInLeadsNowhereOutside() throws IOException {
        // CVE-2018-15664, CVE-2019-14271: the container's /data is a link to the host's directory by its path.
        Path secret = Files.createDirectory(directory.resolve("secret"));
        Files.writeString(secret.resolve("key"), "host");
        Files.writeString(directory.resolve("key"), "copied");
        WHALEBOX.text("exec", "live", "/bin/busybox", "ln", "-sfn", directory.toString(), "/t/escape");

        WHALEBOX.command("cp", "live:/t/escape/secret/key", directory + "/stolen")
                .run()
                .refused(1, "Could not find the file");
        WHALEBOX.command("cp", directory + "/key", "live:/t/escape/secret/key")
                .run()
                .refused(1, "Could not find the file");

        assertThat(secret.resolve("key")).hasContent("host");
        assertThat(directory.resolve("stolen")).doesNotExist();
    }

    @Test
    void aContainerThatSwapsDirectoriesForLinksAllTheTimeReachesNothing() throws IOException {
        Path host = Files.createDirectory(directory.resolve("host"));
        Files.writeString(host.resolve("victim"), "host");
        Files.writeString(directory.resolve("victim"), "copied");
        WHALEBOX.text(
                "exec",
                "-d",
                "live",
                "/bin/busybox",
                "sh",
                "-c",
                "/bin/busybox mkdir -p /t/race/a; cd /t/race; /bin/busybox ln -s " + host + " b; "
                        + "while [ ! -e /t/stop ]; do /bin/busybox mv -T a c; /bin/busybox mv -T b a;"
                        + " /bin/busybox mv -T a b; /bin/busybox mv -T c a; done");
        for (int i = 0; i < 20; i++) {
            var _ = WHALEBOX.command("cp", "-q", directory + "/victim", "live:/t/race/a")
                    .run();
            var _ = WHALEBOX.command("cp", "-q", "live:/t/race/a/victim", directory + "/read")
                    .run();
            assertThat(host.resolve("victim")).hasContent("host");
            if (Files.exists(directory.resolve("read"))) {
                assertThat(directory.resolve("read")).hasContent("copied");
            }
        }
        WHALEBOX.text("exec", "live", "/bin/busybox", "touch", "/t/stop");
    }
}
