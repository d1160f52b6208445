package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Volumes: what containers share and what outlives them. */
@EndToEnd
class VolumesTest {
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
                                .file("data/old", "old".getBytes(StandardCharsets.US_ASCII), 04711)
                                .symbolicLink("data/out", "/etc/shadow")
                                .directory("var/")
                                .file("var/own", "own")
                                .symbolicLink("trap", "/var"))
                        .bytes())
                .run()
                .successful();
    }

    @AfterAll
    static void remove() {
        WHALEBOX.close();
    }

    @Test
    void aVolumeIsMadeShownUsedAndRemoved() {
        assertThat(WHALEBOX.text("volume", "create", "--label", "a=b", "shown")).isEqualTo("shown");
        assertThat(WHALEBOX.text("volume", "create", "shown")).isEqualTo("shown");
        assertThat(WHALEBOX.text("volume", "inspect", "-f", "{{.Name}} {{.Driver}} {{.Scope}} {{.Labels}}", "shown"))
                .isEqualTo("shown local local map[a:b]");
        assertThat(WHALEBOX.text("volume", "ls", "-q", "--filter", "label=a=b")).isEqualTo("shown");
        assertThat(WHALEBOX.text("inspect", "-f", "{{.Mountpoint}}", "shown"))
                .isEqualTo(WHALEBOX.store().resolve("volumes/shown/_data").toString());

        WHALEBOX.text("run", "--rm", "-v", "shown:/x", "base:1", "sh", "-c", "echo kept >/x/file");
        assertThat(WHALEBOX.text("run", "--rm", "-v", "shown:/y:ro", "base:1", "cat", "/y/file"))
                .isEqualTo("kept");
        assertThat(WHALEBOX.command("run", "--rm", "-v", "shown:/y:ro", "base:1", "sh", "-c", "echo no >/y/file")
                        .run()
                        .endedWith(1)
                        .complaint())
                .contains("Read-only file system");

        WHALEBOX.text("run", "--name", "user", "-v", "shown:/x", "base:1", "true");
        String id = WHALEBOX.text("inspect", "-f", "{{.Id}}", "user");
        WHALEBOX.command("volume", "rm", "shown").run().refused(1, "remove shown: volume is in use - [" + id + "]");
        assertThat(WHALEBOX.text("volume", "ls", "-q", "--filter", "dangling=true"))
                .doesNotContain("shown");
        WHALEBOX.text("rm", "-v", "user");
        assertThat(WHALEBOX.text("volume", "rm", "shown")).isEqualTo("shown");
        WHALEBOX.command("volume", "rm", "shown").run().refused(1, "get shown: no such volume");
        WHALEBOX.text("volume", "rm", "-f", "shown");
        WHALEBOX.command("volume", "create", "a/b")
                .run()
                .refused(1, "create a/b: \"a/b\" includes invalid characters for a local volume name");
        WHALEBOX.command("volume", "create", "-o", "color=red", "xx")
                .run()
                .refused(1, "create xx: invalid option: \"color\"");
    }

    @Test
    void anEmptyVolumeGetsWhatTheImageHasInItsPlace() {
        assertThat(WHALEBOX.text(
                        "run",
                        "--rm",
                        "-v",
                        "filled:/data",
                        "base:1",
                        "sh",
                        "-c",
                        "/bin/stat -c '%a %u' /data/old; /bin/busybox readlink /data/out; rm /data/old"))
                .isEqualTo("4711 0\n/etc/shadow");
        // Only once: what was removed does not come back.
        assertThat(WHALEBOX.text("run", "--rm", "-v", "filled:/data", "base:1", "ls", "/data"))
                .isEqualTo("out");
        assertThat(WHALEBOX.text("run", "--rm", "-v", "bare:/data:nocopy", "base:1", "ls", "/data"))
                .isEmpty();
        // A link of the image is followed inside of it (CVE-2022-23648): the host's /var is not what is copied.
        assertThat(WHALEBOX.text("run", "--rm", "-v", "trapped:/trap", "base:1", "ls", "/trap"))
                .isEqualTo("own");
        WHALEBOX.text("volume", "rm", "filled", "bare", "trapped");
    }

    @Test
    void anonymousVolumesGoWithTheirContainers() {
        WHALEBOX.text("run", "--rm", "-v", "/x", "base:1", "sh", "-c", "echo a >/x/a");
        assertThat(WHALEBOX.text("volume", "ls", "-q", "--filter", "label=com.docker.volume.anonymous"))
                .isEmpty();

        WHALEBOX.text(
                "run", "--name", "first", "-v", "/x", "-v", directory + ":/host", "base:1", "sh", "-c", "echo a >/x/a");
        assertThat(WHALEBOX.text(
                        "run",
                        "--rm",
                        "--volumes-from",
                        "first:ro",
                        "base:1",
                        "sh",
                        "-c",
                        "cat /x/a; echo b >/host/b || echo no"))
                .isEqualTo("a\nno");
        assertThat(WHALEBOX.text("volume", "ls", "-q", "--filter", "label=com.docker.volume.anonymous"))
                .matches("[0-9a-f]{64}");
        WHALEBOX.text("rm", "first");
        assertThat(WHALEBOX.text("volume", "prune", "-f"))
                .startsWith("Deleted Volumes:")
                .endsWith("Total reclaimed space: 2B");

        WHALEBOX.text("run", "--name", "second", "-v", "/x", "base:1", "true");
        WHALEBOX.text("rm", "-v", "second");
        assertThat(WHALEBOX.text("volume", "ls", "-q", "--filter", "label=com.docker.volume.anonymous"))
                .isEmpty();
    }

    @Test
    void theImagesVolumesAreMade() {
        WHALEBOX.text("run", "--name", "plain", "base:1", "true");
        WHALEBOX.text("commit", "-c", "VOLUME /kept", "plain", "declares:1");
        WHALEBOX.text("run", "--name", "declared", "declares:1", "sh", "-c", "echo 1 >/kept/1");
        assertThat(WHALEBOX.text("diff", "declared")).doesNotContain("/kept/1");
        assertThat(WHALEBOX.text("run", "--rm", "--volumes-from", "declared", "base:1", "cat", "/kept/1"))
                .isEqualTo("1");
        WHALEBOX.text("rm", "-v", "declared", "plain");
    }

    @Test
    void aVolumeMayBeAnotherFileSystemOrADirectoryOfTheHost() throws IOException {
        WHALEBOX.text("volume", "create", "-o", "type=tmpfs", "-o", "device=tmpfs", "-o", "o=size=1m,uid=7", "memory");
        assertThat(WHALEBOX.text(
                        "run",
                        "--rm",
                        "-v",
                        "memory:/m",
                        "base:1",
                        "sh",
                        "-c",
                        "/bin/stat -f -c %T /m; /bin/stat -c %u /m"))
                .isEqualTo("tmpfs\n7");
        Files.writeString(directory.resolve("there"), "there");
        WHALEBOX.text("volume", "create", "-o", "type=none", "-o", "o=bind", "-o", "device=" + directory, "host");
        assertThat(WHALEBOX.text("run", "--rm", "-v", "host:/h", "base:1", "cat", "/h/there"))
                .isEqualTo("there");
        WHALEBOX.command("volume", "create", "-o", "type=none", "xx")
                .run()
                .refused(1, "create xx: missing required option: \"device\"");
        WHALEBOX.text("volume", "create", "-o", "type=nosuchfs", "-o", "device=x", "odd");
        WHALEBOX.command("run", "--rm", "-v", "odd:/h", "base:1", "true").run().refused(125, "begin /h");
        WHALEBOX.text("volume", "rm", "memory", "host", "odd");
    }

    @Test
    void aPartOfAVolumeIsFoundInsideOfIt() {
        WHALEBOX.text(
                "run",
                "--rm",
                "-v",
                "parts:/p",
                "base:1",
                "sh",
                "-c",
                "/bin/busybox mkdir /p/in; echo in >/p/in/f; /bin/busybox ln -s /etc /p/etc");
        assertThat(WHALEBOX.text(
                        "run", "--rm", "--mount", "src=parts,dst=/p,volume-subpath=in", "base:1", "cat", "/p/f"))
                .isEqualTo("in");
        // The link leads to /etc of the volume, which is not there, and not to the host's (CVE-2023-28642).
        WHALEBOX.command("run", "--rm", "--mount", "src=parts,dst=/p,volume-subpath=etc", "base:1", "ls", "/p")
                .run()
                .refused(125, "find etc in it");
        WHALEBOX.text("volume", "rm", "parts");
    }

    @Test
    void whatACrashLeftIsNoVolumeAndIsSweptAway() throws IOException {
        try (Whalebox own = Whalebox.withStoreOfItsOwn()) {
            own.command("volume", "create", "whole").run().successful();
            Path half = Files.createDirectories(own.store().resolve("volumes/.0123/_data"));
            Files.writeString(half.resolve("file"), "half");
            assertThat(own.command("volume", "ls", "-q").run().successful().text())
                    .isEqualTo("whole\n");
            assertThat(half.getParent()).doesNotExist();
            assertThat(own.command("system", "df", "--format", "{{.Type}} {{.TotalCount}} {{.Size}}")
                            .run()
                            .successful()
                            .text())
                    .endsWith("Local Volumes 1 0B\n");
            assertThat(List.of(own.command("volume", "prune", "-af")
                            .run()
                            .successful()
                            .text()
                            .split("\n", -1)))
                    .contains("whole");
        }
    }
}
