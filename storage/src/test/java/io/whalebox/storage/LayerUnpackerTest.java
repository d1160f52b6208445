package io.whalebox.storage;

import static io.whalebox.storage.TarFixture.bytes;
import static io.whalebox.storage.TarFixture.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.DeviceNumber;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileType;
import io.whalebox.linux.Stat;
import io.whalebox.linux.WhaleboxException;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an archive becomes as a layer. */
class LayerUnpackerTest {
    private static final Instant THEN = Instant.ofEpochSecond(1_000_000_000);

    @TempDir
    private Path temporary;

    @BeforeEach
    void needsRoot() {
        UnpackedLayer.assumeRoot();
    }

    private UnpackedLayer unpacked(TarFixture tar) {
        return UnpackedLayer.of(temporary, tar.end());
    }

    @Test
    void everyKindOfEntryWithItsOwnerModeAndTime() {
        try (UnpackedLayer layer = unpacked(new TarFixture()
                .add(header('5', "./").mode(0751).owner(7, 8).modified(5))
                .add(header('5', "bin/").mode(01777).owner(1, 2).modified(6))
                .add(header('0', "bin/su").mode(04755).owner(3, 4).size(3).modified(7), bytes("abc"))
                .add(header('2', "bin/link").owner(5, 6).link(bytes("/nowhere")).modified(8))
                .hardLink("bin/same", "bin/su")
                .add(header('3', "null").mode(0666).device(1, 3).modified(9))
                .add(header('4', "disk").mode(0660).owner(0, 6).device(8, 300).modified(10))
                .add(header('6', "fifo").mode(0622).modified(11)))) {
            assertThat(layer.listing())
                    .containsExactly(
                            ". directory 0751 7:8 1970-01-01T00:00:05Z",
                            "bin directory 1777 1:2 1970-01-01T00:00:06Z",
                            "bin/link symlink 0777 5:6 1970-01-01T00:00:08Z to /nowhere",
                            "bin/same regular 4755 3:4 1970-01-01T00:00:07Z size 3 content ba7816bf8f01"
                                    + " links 2 of bin/same",
                            "bin/su regular 4755 3:4 1970-01-01T00:00:07Z size 3 content ba7816bf8f01"
                                    + " links 2 of bin/same",
                            "disk block_device 0660 0:6 1970-01-01T00:00:10Z device 8:300",
                            "fifo fifo 0622 0:0 1970-01-01T00:00:11Z",
                            "null character_device 0666 0:0 1970-01-01T00:00:09Z device 1:3");
        }
    }

    @Test
    void timesToTheNanosecondAlsoOfDirectoriesThatAreFilledLater() {
        try (UnpackedLayer layer = unpacked(new TarFixture()
                .pax("mtime", "1.000000001", "atime", "2.000000002")
                .directory("a")
                .pax("mtime", "3.000000003")
                .directory("a/b")
                .pax("mtime", "4.000000004")
                .file("a/b/c", "")
                .file("other", "")
                .directory("a/d"))) {
            assertThat(layer.stat("a").modified()).isEqualTo(Instant.ofEpochSecond(1, 1));
            assertThat(layer.stat("a").accessed()).isEqualTo(Instant.ofEpochSecond(2, 2));
            assertThat(layer.stat("a/b").modified()).isEqualTo(Instant.ofEpochSecond(3, 3));
            assertThat(layer.stat("a/b/c").modified()).isEqualTo(Instant.ofEpochSecond(4, 4));
            assertThat(layer.root().stat().modified()).isEqualTo(Instant.EPOCH);
        }
    }

    @Test
    void timesOfManyMoreDirectoriesThanStayOpen() {
        TarFixture tar = new TarFixture();
        for (int i = 0; i < 200; i++) {
            tar.directory("d" + i);
        }
        for (int i = 0; i < 200; i++) {
            tar.file("d" + i + "/f", "x");
        }
        for (int i = 0; i < 200; i++) {
            tar.file("d" + i + "/g", "x");
        }
        try (UnpackedLayer layer = unpacked(tar)) {
            for (int i = 0; i < 200; i++) {
                assertThat(layer.stat("d" + i).modified()).isEqualTo(THEN);
            }
        }
    }

    @Test
    void missingParentsOfRootWithTheTimeOfWhatNeedsThem() {
        try (UnpackedLayer layer = unpacked(new TarFixture().file("a/b/c", "x"))) {
            for (String path : new String[] {"a", "a/b"}) {
                Stat stat = layer.stat(path);
                assertThat(stat.mode()).isEqualTo(0755);
                assertThat(stat.uid()).isZero();
                assertThat(stat.modified()).isEqualTo(THEN);
            }
            assertThat(layer.read("a/b/c")).isEqualTo("x");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a/b", "./a/b", "a//b", "a/./b", "//a/b/", "././/a/b"})
    void oddSpellingsOfAPath(String path) {
        try (UnpackedLayer layer = unpacked(new TarFixture().directory("a").file(path, "x"))) {
            assertThat(layer.names()).containsExactly("a", "a/b");
        }
    }

    @Test
    void namesThatAreLongOrNotUtf8() {
        String step = "n".repeat(255) + "/";
        String deep = step.repeat(15) + "\u00ff\u0001";
        try (UnpackedLayer layer =
                unpacked(new TarFixture().gnuLong('L', bytes(deep)).file("short", "x"))) {
            assertThat(layer.names()).hasSize(16).last().asString().endsWith("n/\\xff\\x01");
        }
    }

    @Test
    void aSetGidDirectoryPassesNothingOn() {
        try (UnpackedLayer layer = unpacked(new TarFixture()
                .add(header('5', "shared").mode(02775).owner(0, 50))
                .directory("shared/directory")
                .file("shared/file", "x")
                .file("shared/missing/file", "x"))) {
            assertThat(layer.stat("shared").mode()).isEqualTo(02775);
            assertThat(layer.stat("shared/directory").mode()).isEqualTo(0755);
            assertThat(layer.stat("shared/directory").gid()).isZero();
            assertThat(layer.stat("shared/file").gid()).isZero();
            assertThat(layer.stat("shared/missing").gid()).isZero();
            assertThat(layer.stat("shared/missing").mode()).isEqualTo(0755);
        }
    }

    @Test
    void extendedAttributesAndFileCapabilities() {
        String capability = "\u0001\0\0\u0002\0\u0004\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        try (UnpackedLayer layer = unpacked(new TarFixture()
                .pax("SCHILY.xattr.security.capability", capability, "SCHILY.xattr.user.colour", "blue")
                .add(header('0', "ping").mode(0755).owner(9, 9))
                .pax("SCHILY.xattr.user.of", "directory")
                .directory("d")
                .file("d/f", "")
                .pax("SCHILY.xattr.user.of", "link")
                .symlink("link", "d"))) {
            assertThat(layer.attribute("ping", "security.capability")).isEqualTo(capability);
            assertThat(layer.attribute("ping", "user.colour")).isEqualTo("blue");
            assertThat(layer.attribute("d", "user.of")).isEqualTo("directory");
            // The kernel has no such attributes on links, and Docker lets that pass as well.
            assertThat(layer.attribute("link", "user.of")).isEmpty();
        }
    }

    @Test
    void aDefaultAccessControlListIsKeptAndChangesNothingBelowIt() {
        // Version 2: the owner rwx, the group and others nothing.
        String acl = "\2\0\0\0" + "\1\0\7\0\u00ff\u00ff\u00ff\u00ff" + "\4\0\0\0\u00ff\u00ff\u00ff\u00ff"
                + " \0\0\0\u00ff\u00ff\u00ff\u00ff";
        try (UnpackedLayer layer = unpacked(new TarFixture()
                .pax("SCHILY.xattr.system.posix_acl_default", acl)
                .directory("d")
                .file("d/f", "")
                .directory("elsewhere")
                .directory("d/e"))) {
            assertThat(layer.attribute("d", "system.posix_acl_default")).isEqualTo(acl);
            assertThat(layer.stat("d/f").mode()).isEqualTo(0644);
            assertThat(layer.stat("d/e").mode()).isEqualTo(0755);
            assertThat(layer.attribute("d/e", "system.posix_acl_default")).isEmpty();
        }
    }

    @Test
    void sparseFilesStaySparse() {
        try (UnpackedLayer layer = unpacked(new TarFixture()
                .pax("GNU.sparse.size", "1073741824", "GNU.sparse.map", "536870912,3,1073741824,0")
                .file("sparse", "abc"))) {
            Stat stat = layer.stat("sparse");
            assertThat(stat.size()).isEqualTo(1 << 30);
            assertThat(stat.blocks() * 512).isLessThan(1 << 20);
        }
    }

    @Test
    void whiteoutsAndOpaqueDirectoriesAsOverlayfsWantsThem() {
        try (UnpackedLayer layer = unpacked(new TarFixture()
                .file("etc/.wh.passwd", "")
                .directory("opaque-before")
                .file("opaque-before/.wh..wh..opq", "")
                .file("opaque-before/kept", "x")
                .file("opaque-after/kept", "x")
                .file("opaque-after/.wh..wh..opq", "")
                .file(".wh..wh.plnk/1", "")
                .file(".wh..wh.aufs", ""))) {
            assertThat(layer.stat("etc/passwd").isWhiteout()).isTrue();
            for (String directory : new String[] {"opaque-before", "opaque-after"}) {
                assertThat(layer.attribute(directory, "trusted.overlay.opaque")).isEqualTo("y");
                assertThat(layer.read(directory + "/kept")).isEqualTo("x");
                assertThat(layer.stat(directory).modified()).isEqualTo(THEN);
            }
            assertThat(layer.names()).doesNotContain(".wh..wh.aufs", "etc/.wh.passwd");
        }
    }

    @Test
    void aWhiteoutIsAboutLowerLayersWhereverItStands() {
        try (UnpackedLayer layer = unpacked(new TarFixture()
                .file("file-first", "x")
                .file(".wh.file-first", "")
                .directory("directory-first")
                .file("directory-first/kept", "x")
                .file(".wh.directory-first", "")
                .file(".wh.file-last", "")
                .file("file-last", "x")
                .file(".wh.directory-last", "")
                .directory("directory-last")
                .file(".wh.parent", "")
                .file("parent/of/file", "x")
                .file("twice/.wh.x", "")
                .file("twice/.wh.x", ""))) {
            assertThat(layer.read("file-first")).isEqualTo("x");
            assertThat(layer.read("directory-first/kept")).isEqualTo("x");
            assertThat(layer.attribute("directory-first", "trusted.overlay.opaque"))
                    .isEqualTo("y");
            assertThat(layer.read("file-last")).isEqualTo("x");
            assertThat(layer.attribute("directory-last", "trusted.overlay.opaque"))
                    .isEqualTo("y");
            assertThat(layer.read("parent/of/file")).isEqualTo("x");
            assertThat(layer.attribute("parent", "trusted.overlay.opaque")).isEqualTo("y");
            assertThat(layer.attribute("parent/of", "trusted.overlay.opaque")).isEmpty();
            assertThat(layer.stat("twice/x").isWhiteout()).isTrue();
        }
    }

    @Test
    void aLaterEntryReplacesAnEarlierOneOfAnyType() {
        try (UnpackedLayer layer = unpacked(new TarFixture()
                .file("file", "old")
                .file("file", "new")
                .directory("tree/with/content")
                .file("tree/with/content/file", "x")
                .file("tree", "now a file")
                .file("grows", "x")
                .directory("grows")
                .file("grows/inside", "x")
                .symlink("link", "grows")
                .directory("link")
                .file("link/own", "x")
                .directory("merged")
                .file("merged/kept", "x")
                .add(header('5', "merged").mode(0700).owner(4, 5))
                .symlink("to-file", "file")
                .file("to-file", "not through the link"))) {
            assertThat(layer.read("file")).isEqualTo("new");
            assertThat(layer.read("tree")).isEqualTo("now a file");
            assertThat(layer.read("grows/inside")).isEqualTo("x");
            assertThat(layer.names()).doesNotContain("grows/own");
            assertThat(layer.read("link/own")).isEqualTo("x");
            assertThat(layer.read("merged/kept")).isEqualTo("x");
            assertThat(layer.stat("merged").mode()).isEqualTo(0700);
            assertThat(layer.stat("merged").uid()).isEqualTo(4);
            assertThat(layer.stat("merged").modified()).isEqualTo(THEN);
            assertThat(layer.read("to-file")).isEqualTo("not through the link");
        }
    }

    @Test
    void replacingOneNameOfAFileLeavesTheOther() {
        try (UnpackedLayer layer = unpacked(new TarFixture()
                .file("one", "old")
                .hardLink("two", "one")
                .file("one", "new")
                .hardLink("two", "two"))) {
            assertThat(layer.read("one")).isEqualTo("new");
            assertThat(layer.read("two")).isEqualTo("old");
        }
    }

    @Test
    void hardLinksToLinksAndDevicesAreNotFollowed() {
        try (UnpackedLayer layer = unpacked(new TarFixture()
                .symlink("link", "/etc/passwd")
                .hardLink("linked", "link")
                .add(header('3', "tty").device(5, 0))
                .hardLink("console", "tty"))) {
            assertThat(layer.stat("linked").type()).isEqualTo(FileType.SYMLINK);
            assertThat(layer.stat("console").represents()).isEqualTo(new DeviceNumber(5, 0));
        }
    }

    @Test
    void aLinkOnTheWayLeadsWhereItLeadsInTheContainer() {
        try (UnpackedLayer layer = unpacked(new TarFixture()
                .directory("usr/bin")
                .symlink("bin", "usr/bin")
                .symlink("absolute", "/usr/bin")
                .symlink("above", "../../../usr")
                .file("bin/one", "1")
                .file("absolute/two", "2")
                .file("above/bin/three", "3")
                .hardLink("linked", "bin/one")
                .file("usr/.wh.gone", "")
                .file("above/.wh.too", ""))) {
            assertThat(layer.names())
                    .containsExactly(
                            "above",
                            "absolute",
                            "bin",
                            "linked",
                            "usr",
                            "usr/bin",
                            "usr/bin/one",
                            "usr/bin/three",
                            "usr/bin/two",
                            "usr/gone",
                            "usr/too");
            assertThat(layer.stat("usr/bin").modified()).isEqualTo(THEN);
        }
    }

    @Test
    void theSameArchiveGivesTheSameTree() {
        TarFixture tar = new TarFixture()
                .file("a/b/c", "x")
                .pax("SCHILY.xattr.user.x", "y")
                .directory("d")
                .file("d/.wh.e", "")
                .end();
        try (UnpackedLayer one = UnpackedLayer.empty(temporary, "one");
                UnpackedLayer other = UnpackedLayer.empty(temporary, "other")) {
            one.unpack(tar);
            other.unpack(tar);
            assertThat(one.listing()).isEqualTo(other.listing());
            assertThat(TreeListing.digest(one.root())).isEqualTo(TreeListing.digest(other.root()));
        }
    }

    @Test
    void whatCannotBeIsRefused() {
        assertRefused(new TarFixture().file("a", "x").file("a/b", "x"), "openat2 a: not a directory");
        assertRefused(new TarFixture().hardLink("a", "missing"), "hard link to \"missing\", which is not in the layer");
        assertRefused(new TarFixture().directory("d").hardLink("a", "d"), "a hard link to the directory \"d\"");
        assertRefused(new TarFixture().file(".wh.x", "").hardLink("a", "x"), "which is not in the layer");
        assertRefused(new TarFixture().symlink("a", ""), "symlinkat a: no such file or directory");
        assertRefused(new TarFixture().symlink("a", "a").file("a/b", ""), "too many levels of symbolic links");
        assertRefused(new TarFixture().symlink("a", "b").file("a/b", ""), "openat2 a: no such file or directory");
        assertRefused(new TarFixture().file("a", "").hardLink("b", "a/c"), "which is not in the layer");
        assertRefused(new TarFixture().file("./", "x"), "the root of the layer is no directory");
        assertRefused(
                new TarFixture().gnuLong('L', bytes("n".repeat(256))).file("x", ""), "it is longer than 255 bytes");
    }

    private void assertRefused(TarFixture tar, String why) {
        assertThatThrownBy(() -> unpacked(tar).close())
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID))
                .hasMessageContaining(why);
    }
}
