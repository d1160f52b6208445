package io.whalebox.storage;

import static io.whalebox.storage.TarFixture.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Stat;
import io.whalebox.linux.WhaleboxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerStackTest {
    @TempDir
    private Path temporary;

    private final List<UnpackedLayer> unpacked = new ArrayList<>();

    @AfterEach
    void close() {
        unpacked.forEach(UnpackedLayer::close);
    }

    /** The lowest first, as an image lists them. */
    private LayerStack stack(TarFixture... archives) {
        UnpackedLayer.assumeRoot();
        List<Path> directories = new ArrayList<>();
        for (TarFixture archive : archives) {
            String name = "layer" + unpacked.size();
            UnpackedLayer layer = UnpackedLayer.empty(temporary, name);
            unpacked.add(layer);
            layer.unpack(archive.end());
            directories.addFirst(temporary.resolve(name));
        }
        return new LayerStack(directories);
    }

    private static Optional<String> read(LayerStack stack, String path) {
        return stack.readFile(path, 1000).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    @Test
    void theTopmostLayerThatHasAFileDecides() {
        LayerStack stack = stack(
                new TarFixture().file("etc/passwd", "low").file("etc/group", "low"),
                new TarFixture().file("etc/passwd", "top"));

        assertThat(read(stack, "/etc/passwd")).contains("top");
        assertThat(read(stack, "etc//./group")).contains("low");
        assertThat(read(stack, "/etc/shadow")).isEmpty();
        assertThat(read(stack, "/etc/passwd/x")).isEmpty();
        assertThat(stack.stat("/etc").map(Stat::isDirectory)).contains(true);
        assertThat(stack.stat("/").map(Stat::isDirectory)).contains(true);
        assertThat(stack.stat("/etc/../..").map(Stat::isDirectory)).contains(true);
    }

    @Test
    void whiteoutsHideWhatIsBelowThem() {
        LayerStack stack = stack(
                new TarFixture()
                        .file("etc/passwd", "low")
                        .file("dir/file", "low")
                        .file("back/file", "low"),
                new TarFixture().file("etc/.wh.passwd", "").file(".wh.dir", "").file(".wh.back", ""),
                new TarFixture().directory("etc").file("back/other", "top"));

        assertThat(read(stack, "/etc/passwd")).isEmpty();
        assertThat(read(stack, "/dir/file")).isEmpty();
        assertThat(stack.stat("/dir")).isEmpty();
        assertThat(read(stack, "/back/file")).isEmpty();
        assertThat(read(stack, "/back/other")).contains("top");
    }

    @Test
    void opaqueDirectoriesHideWhatIsBelowThem() {
        LayerStack stack = stack(
                new TarFixture().file("etc/passwd", "low").file("etc/group", "low"),
                new TarFixture().file("etc/.wh..wh..opq", "").file("etc/group", "middle"),
                new TarFixture().file("etc/hosts", "top"));

        assertThat(read(stack, "/etc/passwd")).isEmpty();
        assertThat(read(stack, "/etc/group")).contains("middle");
        assertThat(read(stack, "/etc/hosts")).contains("top");
    }

    @Test
    void anOpaqueRootEndsTheStack() {
        LayerStack stack = stack(
                new TarFixture().file("low", "x"),
                new TarFixture().file(".wh..wh..opq", "").file("middle", "x"),
                new TarFixture().file("top", "x"));

        assertThat(read(stack, "low")).isEmpty();
        assertThat(read(stack, "middle")).contains("x");
        assertThat(stack.lowerDirectories()).containsExactly(temporary.resolve("layer2"), temporary.resolve("layer1"));
    }

    @Test
    void somethingElseThanADirectoryHidesTheDirectoriesBelowIt() {
        LayerStack stack = stack(
                new TarFixture().file("x/low", "low"),
                new TarFixture().file("x", "a file"),
                new TarFixture().file("x/top", "top"));

        assertThat(read(stack, "/x/top")).contains("top");
        assertThat(read(stack, "/x/low")).isEmpty();
    }

    @Test
    void linksLeadThroughTheWholeStackAndNeverOutOfIt() throws Exception {
        Files.writeString(temporary.resolve("secret"), "of the host");
        LayerStack stack = stack(
                new TarFixture()
                        .file("usr/lib/passwd", "found")
                        .symlink("lib", "usr/lib")
                        .symlink("etc/relative", "../lib/passwd")
                        .symlink("etc/above", "../../../../../../usr/lib/passwd")
                        .symlink("out", temporary.resolve("secret").toString())
                        .symlink("up", "../secret")
                        .symlink("dangling", "nowhere")
                        .symlink("directory", "etc/"),
                new TarFixture().symlink("etc/absolute", "/lib/passwd"));

        assertThat(read(stack, "/etc/relative")).contains("found");
        assertThat(read(stack, "/etc/absolute")).contains("found");
        assertThat(read(stack, "/etc/above")).contains("found");
        assertThat(read(stack, "/directory/absolute")).contains("found");
        assertThat(read(stack, "/out")).isEmpty();
        assertThat(read(stack, "/up")).isEmpty();
        assertThat(read(stack, "/dangling")).isEmpty();
        assertThat(stack.stat("/lib").map(Stat::isDirectory)).contains(true);
    }

    @Test
    void cve20249676PasswdIsNoWayToHangOrFlood() {
        LayerStack stack = stack(new TarFixture()
                .add(header('6', "fifo"))
                .add(header('3', "zero").device(1, 5))
                .symlink("etc/passwd", "/fifo")
                .symlink("etc/group", "/zero")
                .symlink("loop", "loop")
                .file("large", "x".repeat(1001)));

        for (String path : new String[] {"/etc/passwd", "/etc/group", "/", "/large", "/loop"}) {
            assertThatThrownBy(() -> stack.readFile(path, 1000))
                    .as(path)
                    .isInstanceOfSatisfying(
                            WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID))
                    .hasMessageStartingWith("cannot read " + path + " of the image: ");
        }
    }
}
