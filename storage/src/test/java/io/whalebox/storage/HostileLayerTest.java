package io.whalebox.storage;

import static io.whalebox.storage.TarFixture.bytes;
import static io.whalebox.storage.TarFixture.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.whalebox.linux.Directory;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileName;
import io.whalebox.linux.RegularFile;
import io.whalebox.linux.WhaleboxException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Archives that attack the host. Beside the layer lies what they want to change; after each of them, refused or
 * unpacked, nothing there is changed.
 */
class HostileLayerTest {
    private static final FileName VICTIM = FileName.of("victim");

    @TempDir
    private Path temporary;

    private Directory outside;
    private UnpackedLayer layer;
    private List<String> before;

    @BeforeEach
    void aVictimBesideTheLayer() {
        UnpackedLayer.assumeRoot();
        layer = UnpackedLayer.empty(temporary, "layer");
        try (Directory parent = Directory.open(temporary.toString())) {
            parent.mkdir(FileName.of("outside"), 0700);
            outside = parent.subdirectory(FileName.of("outside"));
        }
        try (RegularFile victim = RegularFile.create(outside, VICTIM, 0600)) {
            victim.write(bytes("secret"), 0, 6);
        }
        outside.mkdir(FileName.of("directory"), 0700);
        before = TreeListing.of(outside);
    }

    @AfterEach
    void close() {
        layer.close();
        outside.list().forEach(entry -> outside.removeTree(entry.name()));
        outside.close();
    }

    /** What each attack is made of: it gets the path of the directory outside. */
    static Stream<Arguments> attacks() {
        return Stream.of(
                attack("zip slip", out -> new TarFixture().file("../outside/victim", "x")),
                attack(
                        "zip slip in the middle",
                        out -> new TarFixture().directory("a").file("a/../../outside/victim", "x")),
                attack("only dots", out -> new TarFixture().directory("..")),
                attack(
                        "a pax path with dots",
                        out -> new TarFixture().pax("path", "../outside/victim").file("a", "x")),
                attack("an absolute path", out -> new TarFixture().file(out + "/victim", "x")),
                attack(
                        "through a relative link",
                        out -> new TarFixture().symlink("l", "../outside").file("l/victim", "x")),
                attack(
                        "through an absolute link",
                        out -> new TarFixture().symlink("l", out).file("l/victim", "x")),
                attack(
                        "through two links",
                        out -> new TarFixture()
                                .symlink("a", "..")
                                .symlink("b", "a/..")
                                .file("b/outside/victim", "x")),
                attack(
                        "through a link to itself",
                        out -> new TarFixture().symlink("l", "l").file("l/x", "x")),
                attack(
                        "through a magic link",
                        out -> new TarFixture().symlink("l", "/proc/self/cwd").file("l/x", "x")),
                attack(
                        "a file over a link",
                        out -> new TarFixture().symlink("l", out + "/victim").file("l", "x")),
                attack(
                        "a directory over a link",
                        out -> new TarFixture()
                                .symlink("l", out + "/directory")
                                .add(header('5', "l").mode(0777).owner(1, 1))),
                attack(
                        "CVE-2021-32760: the mode of a file behind a link",
                        out -> new TarFixture()
                                .symlink("l", out + "/victim")
                                .add(header('1', "l").mode(0777).link(bytes("l")))
                                .add(header('2', "l").mode(0777).owner(1, 1).link(bytes(out + "/victim")))),
                attack(
                        "CVE-2021-32760: a hard link to a link out",
                        out -> new TarFixture()
                                .symlink("l", out + "/victim")
                                .hardLink("h", "l")
                                .add(header('0', "h").mode(0777).owner(1, 1))),
                attack("a hard link to a file of the host", out -> new TarFixture().hardLink("h", out + "/victim")),
                attack("a hard link with dots", out -> new TarFixture().hardLink("h", "../outside/victim")),
                attack(
                        "a hard link through a link",
                        out -> new TarFixture()
                                .symlink("l", out)
                                .hardLink("h", "l/victim")
                                .file("h", "x")),
                attack("a whiteout of the parent", out -> new TarFixture().file(".wh...", "")),
                attack("a whiteout of itself", out -> new TarFixture().file(".wh..", "")),
                attack("a whiteout of nothing", out -> new TarFixture().file(".wh.", "")),
                attack(
                        "a whiteout through a link",
                        out -> new TarFixture().symlink("l", out).file("l/.wh.victim", "")),
                attack(
                        "an opaque mark through a link",
                        out -> new TarFixture().symlink("l", out).file("l/.wh..wh..opq", "")),
                attack(
                        "attributes through a link",
                        out -> new TarFixture()
                                .symlink("l", out + "/victim")
                                .pax("SCHILY.xattr.trusted.x", "y")
                                .symlink("l", out + "/victim")),
                attack(
                        "a replaced directory on the way",
                        out -> new TarFixture()
                                .directory("d")
                                .file("d/a", "")
                                .symlink("d", out)
                                .file("d/victim", "x")),
                attack(
                        "a replaced link on the way",
                        out -> new TarFixture()
                                .directory("inside")
                                .symlink("l", "inside")
                                .file("l/a", "")
                                .symlink("l", out)
                                .file("l/victim", "x")));
    }

    private static Arguments attack(String name, Function<String, TarFixture> archive) {
        return arguments(name, archive);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void changesNothingOutside(String name, Function<String, TarFixture> archive) {
        TarFixture tar = archive.apply(temporary.resolve("outside").toString()).end();
        try {
            layer.unpack(tar);
        } catch (WhaleboxException e) {
            assertThat(e.kind()).isEqualTo(ErrorKind.INVALID);
        }

        assertThat(TreeListing.of(outside)).isEqualTo(before);
        assertThat(layer.root().list())
                .noneSatisfy(entry -> assertThat(layer.root().stat(entry.name()).isSameFile(outside.stat(VICTIM)))
                        .isTrue());
    }

    @Test
    void pathsThatLeadUpAreRefusedByName() {
        assertThatThrownBy(
                        () -> layer.unpack(new TarFixture().file("a/../b", "").end()))
                .hasMessage("the tar archive is broken at the entry at byte 0: \"a/../b\" leads out of the layer with"
                        + " \"..\"");
    }

    @Test
    void attributesThatWouldSteerTheOverlayAreNotTaken() {
        layer.unpack(new TarFixture()
                .pax("SCHILY.xattr.trusted.overlay.redirect", "/etc", "SCHILY.xattr.user.overlay.opaque", "y")
                .directory("d")
                .pax("SCHILY.xattr.trusted.overlay.metacopy", "")
                .file("f", "x")
                .end());

        assertThat(layer.listing()).noneMatch(line -> line.contains("overlay"));
    }

    /** An archive without end that takes no memory: entries of this name with a running number. */
    private static InputStream endless(String prefix, String content) {
        return new EndlessArchive(prefix, content);
    }

    @Test
    void aBillionEntriesAreStoppedByTheLimit() {
        UnpackLimits limits = new UnpackLimits(5000, 1L << 40, 1L << 40);

        try (LayerStore store = LayerStore.open(temporary.resolve("store"))) {
            assertThatThrownBy(() -> store.unpack(endless("deep/er/f", ""), Optional.empty(), limits))
                    .isInstanceOfSatisfying(
                            WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID))
                    .hasMessage("the layer has more than 5000 entries: raise WHALEBOX_MAX_LAYER_ENTRIES if it is to"
                            + " be trusted");
            assertThat(temporary.resolve("store/snapshots/work")).isEmptyDirectory();
            assertThat(temporary.resolve("store/snapshots/sha256")).isEmptyDirectory();
        }
    }

    @Test
    void parentsThatTheArchiveTakesForGrantedCountAsEntries() {
        UnpackLimits limits = new UnpackLimits(100, 1L << 40, 1L << 40);

        assertThatThrownBy(() -> layer.unpack(
                        new TarFixture().pax("path", "d/".repeat(200) + "f").file("f", ""), limits))
                .hasMessageStartingWith("the layer has more than 100 entries");
    }

    @Test
    void aDecompressionBombIsStoppedByTheLimit() {
        UnpackLimits limits = new UnpackLimits(1000, 8 << 20, 1L << 40);
        InputStream bomb = new InputStream() {
            private final InputStream header =
                    new TarFixture().add(header('0', "bomb").size(0x1_ffff_ffffL)).stream();

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] into, int start, int length) throws java.io.IOException {
                int fromHeader = header.read(into, start, length);
                return fromHeader > 0 ? fromHeader : length;
            }
        };

        try (LayerStore store = LayerStore.open(temporary.resolve("store"))) {
            assertThatThrownBy(() -> store.unpack(bomb, Optional.empty(), limits))
                    .hasMessage("the archive unpacks to more than 8388608 bytes: raise WHALEBOX_MAX_LAYER_BYTES if"
                            + " the layer is to be trusted");
            assertThat(temporary.resolve("store/snapshots/work")).isEmptyDirectory();
        }
    }

    @Test
    void aGiantSparseFileIsStoppedByTheLimit() {
        UnpackLimits limits = new UnpackLimits(1000, 1L << 40, 1 << 20);

        assertThatThrownBy(() -> layer.unpack(
                        new TarFixture()
                                .pax("GNU.sparse.size", "9223372036854775807", "GNU.sparse.map", "0,1")
                                .file("giant", "x"),
                        limits))
                .hasMessage("giant is larger than 1048576 bytes: raise WHALEBOX_MAX_FILE_BYTES if the layer is to be"
                        + " trusted");
    }
}
