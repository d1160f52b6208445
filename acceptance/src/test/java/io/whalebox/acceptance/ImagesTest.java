package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@EndToEnd
class ImagesTest {
    private final Whalebox whalebox;

    @TempDir
    Path directory;

    ImagesTest(Whalebox whalebox) {
        this.whalebox = whalebox;
    }

    private void load(ImageArchive archive) {
        whalebox.command("load").input(archive.bytes()).run().successful();
    }

    private String in(String image, String script) {
        return whalebox.run(image, "sh", "-c", script).successful().text().stripTrailing();
    }

    /** With over a hundred the mount options no longer fit into the page that mount(2) takes them in. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 64, 125})
    void layersAreStacked(int count) {
        ImageArchive archive = new ImageArchive("stack:" + count).shell();
        for (int layer = 2; layer <= count; layer++) {
            archive.layer(
                    new TarArchive().file("layer-" + layer, "from " + layer).file("top", "layer " + layer));
        }
        load(archive);
        if (count == 1) {
            assertThat(in("stack:1", "ls -d /layer-* 2>/dev/null || echo none")).isEqualTo("none");
        } else {
            assertThat(in("stack:" + count, "ls / | grep -c layer-; cat /top /layer-2; cat /layer-" + count))
                    .isEqualTo((count - 1) + "\nlayer " + count + "from 2from " + count);
        }
    }

    @Test
    void whatALayerRemovesIsGone() {
        load(new ImageArchive("whiteout:latest")
                .shell()
                .layer(new TarArchive()
                        .directory("kept/")
                        .file("kept/a", "a")
                        .file("kept/b", "b")
                        .directory("emptied/")
                        .file("emptied/old", "old")
                        .file("gone", ""))
                .layer(new TarArchive()
                        .file(".wh.gone", "")
                        .file("kept/.wh.a", "")
                        .file("emptied/.wh..wh..opq", "")
                        .file("emptied/new", "new")));
        assertThat(in("whiteout", "ls /gone 2>/dev/null; ls /kept /emptied")).isEqualTo("/emptied:\nnew\n\n/kept:\nb");
    }

    @Test
    void linksAndDevicesOfALayerAreThemselves() {
        load(new ImageArchive("links:latest")
                .shell()
                .layer(new TarArchive()
                        .file("one", "same")
                        .hardLink("two", "one")
                        .symbolicLink("three", "/one")
                        .characterDevice("null", 1, 3)));
        assertThat(in("links", "stat -c '%h %F' /one /two; cat /three; stat -c '%F %t %T' /null"))
                .isEqualTo("2 regular file\n2 regular file\nsamecharacter special file 1 3");
    }

    /** The image is the same after containers have changed everything that they could. */
    @Test
    void aContainerNeverChangesItsImage() throws IOException {
        load(new ImageArchive("still:latest")
                .shell()
                .layer(new TarArchive().directory("data/").file("data/file", "original")));
        String before = tree(whalebox.store().resolve("snapshots"));
        in("still", "echo changed >/data/file; echo new >/data/new; rm -r /etc; cp /bin/busybox /data/");
        assertThat(tree(whalebox.store().resolve("snapshots"))).isEqualTo(before);
        assertThat(in("still", "cat /data/file; ls /data")).isEqualTo("originalfile");
    }

    private static String tree(Path root) {
        return Command.of(
                        "bash",
                        "-c",
                        "cd \"$1\" && find . -printf '%p %y %m %U %G %s %T@ %l\\n' | sort && find . -type f -print0"
                                + " | sort -z | xargs -0r sha256sum",
                        "bash",
                        root.toString())
                .run()
                .successful()
                .text();
    }

    @ParameterizedTest
    @CsvSource({"plain, cat", "gzip, gzip -c", "xz, xz -c", "zstd, zstd -q -c"})
    void aRootFileSystemIsImportedFromAnArchive(String name, String compressor) throws IOException {
        Path tar = directory.resolve("root.tar");
        Files.write(tar, rootFileSystem());
        Path packed = directory.resolve("root.packed");
        Command.of("bash", "-c", compressor + " <\"$1\" >\"$2\"", "bash", tar.toString(), packed.toString())
                .run()
                .successful();
        whalebox.command("image", "import", packed.toString(), "imported:" + name)
                .run()
                .successful();
        assertThat(in("imported:" + name, "cat /hello")).isEqualTo("from " + "tar");
    }

    private static byte[] rootFileSystem() {
        return new TarArchive()
                .directory("bin/")
                .file("bin/sh", busybox(), 0755)
                .hardLink("bin/cat", "bin/sh")
                .file("hello", "from tar")
                .end();
    }

    private static byte[] busybox() {
        try {
            return Files.readAllBytes(Path.of("/bin/busybox"));
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void aRootFileSystemIsImportedFromStandardInput() {
        whalebox.command("image", "import", "-", "imported:stdin")
                .input(rootFileSystem())
                .run()
                .successful();
        assertThat(in("imported:stdin", "cat /hello")).isEqualTo("from tar");
    }

    @ParameterizedTest
    @CsvSource({"oci:%s, %s", "oci-archive:%s.tar, %s.tar", "docker-archive:%s.tar, %s.tar"})
    void imagesThatSkopeoWroteAreLoaded(String destination, String input) {
        Path saved = new ImageArchive("skopeo:made").shell().write(directory.resolve("saved.tar"));
        String place = directory.resolve("copied").toString();
        Command.of(
                        "skopeo",
                        "--insecure-policy",
                        "copy",
                        "--quiet",
                        "docker-archive:" + saved,
                        destination.formatted(place) + ":skopeo:copied")
                .run()
                .successful();
        whalebox.command("load", "-i", input.formatted(place)).run().successful();
        assertThat(in("skopeo:copied", "echo runs")).isEqualTo("runs");
        whalebox.command("rmi", "skopeo:copied").run().successful();
    }

    @Test
    void imagesAreListedAndRemoved() {
        load(new ImageArchive("listed:1.0").shell());
        assertThat(whalebox.command("images").run().successful().text().lines())
                .anyMatch(line -> line.matches("REPOSITORY\\s+TAG\\s+IMAGE ID\\s+CREATED\\s+SIZE"))
                .anyMatch(line -> line.startsWith("listed ") && line.contains(" 1.0 "));
        whalebox.command("rmi", "listed:1.0").run().successful();
        assertThat(whalebox.command("images").run().successful().text()).doesNotContain("listed");
        assertThat(whalebox.run("listed:1.0", "true").status()).isEqualTo(125);
    }
}
