package io.whalebox.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whalebox.linux.Directory;
import io.whalebox.linux.FileName;
import io.whalebox.linux.RegularFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes as the kernel's overlay leaves them: made by mounting one, in a mount namespace of the test's own. */
class LayerDiffTest {
    private static final Set<String> MOUNT_POINTS = Set.of("run", "run/etc", "etc/hosts", "dev", "proc");

    @TempDir
    Path directory;

    private Path upper;
    private Path lower;

    @BeforeEach
    void prepare() throws IOException {
        UnpackedLayer.assumeRoot();
        lower = Files.createDirectory(directory.resolve("lower"));
        upper = Files.createDirectory(directory.resolve("upper"));
        Files.createDirectory(directory.resolve("work"));
        Files.createDirectory(directory.resolve("merged"));
        shell("""
                cd lower; mkdir -p etc/conf.d home usr/bin tree/sub old
                echo passwd >etc/passwd; echo a >etc/conf.d/a; echo b >etc/conf.d/b
                echo tool >usr/bin/tool; echo x >tree/x; echo y >tree/sub/y; echo o >old/o; ln -s etc link""");
    }

    /** Does something to the merged tree, as a container would. */
    private void change(String script) throws IOException {
        shell("unshare -m sh -ec 'mount -t overlay overlay -o "
                + "lowerdir=lower,upperdir=upper,workdir=work,redirect_dir=off,metacopy=off merged; cd merged; "
                + script + "'");
    }

    private void shell(String script) throws IOException {
        Process process = new ProcessBuilder("sh", "-ec", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(!output.contains("mount:"), "needs a file system that overlayfs can stack on: " + output);
        assertThat(process.onExit().join().exitValue()).as(output).isZero();
    }

    private List<String> changes() {
        return diff().changes().stream()
                .map(change -> change.kind().letter() + " " + change.path())
                .toList();
    }

    private LayerDiff diff() {
        return new LayerDiff(upper, List.of(lower), MOUNT_POINTS);
    }

    @Test
    void isToldInDockersLetters() throws IOException {
        change("""
                echo new >new; echo more >>etc/passwd; rm etc/conf.d/a; mkdir empty; touch usr/bin/added
                """);

        assertThat(changes())
                .containsExactly(
                        "A /empty",
                        "C /etc",
                        "C /etc/conf.d",
                        "D /etc/conf.d/a",
                        "C /etc/passwd",
                        "A /new",
                        "C /usr",
                        "C /usr/bin",
                        "A /usr/bin/added");
    }

    @Test
    void whatTheEngineMadeToMountOnIsNoChange() throws IOException {
        change("touch etc/hosts; mkdir -p dev proc run/etc");
        assertThat(changes()).isEmpty();

        change("chmod 700 etc; echo content >etc/hosts; mkdir dev/own");
        assertThat(changes()).containsExactly("A /dev", "A /dev/own", "C /etc", "A /etc/hosts");
    }

    @Test
    void aDirectoryThatTookTheOthersPlaceHidesWhatThatHad() throws IOException {
        change("rm -r tree; mkdir tree; echo z >tree/z; rm -r old; echo file >old; rm link; mkdir link");

        assertThat(changes()).containsExactly("C /link", "C /old", "C /tree", "D /tree/sub", "D /tree/x", "A /tree/z");
    }

    @Test
    void attributesAloneAreAChange() throws IOException {
        change("chmod 1777 home; touch -d 2001-01-01 usr; chown 5:6 etc/passwd");
        assertThat(changes()).containsExactly("C /etc", "C /etc/passwd", "C /home", "C /usr");
    }

    /** The layer, unpacked again, is what the overlay has: whiteouts, opaque directories, links, devices, attributes. */
    @Test
    void theArchiveHoldsTheChangesAndNothingElse() throws IOException {
        change("""
                echo 1 >one; ln one two; ln -s one three; mkfifo fifo; mknod null c 1 3; mknod disk b 7 9
                rm etc/passwd; rm -r tree; mkdir tree; touch tree/z; rm -r old; mkdir old
                chmod 4755 usr/bin/tool; chown 70000:3000000 usr/bin/tool; touch -d "1969-12-31 23:59:58.25 UTC" home
                printf data >sparse; truncate -s 5000000 sparse; printf end >>sparse""");
        try (Directory root = Directory.open(upper.toString())) {
            FileName binary = FileName.of(new byte[] {(byte) 0xff, 'n', '\n'});
            try (RegularFile file = RegularFile.create(root, binary, 0600)) {
                file.setAttribute("user.binary", new byte[] {0, 1, (byte) 0xff, '\n', '='});
                // cap_net_bind_service+ep, as setcap(8) writes it.
                file.setAttribute(
                        "security.capability", new byte[] {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
            }
            root.mkdir(FileName.of("long" + "x".repeat(200)), 0700);
        }
        ByteArrayOutputStream layer = new ByteArrayOutputStream();
        diff().writeLayer(layer);
        ByteArrayOutputStream again = new ByteArrayOutputStream();
        diff().writeLayer(again);

        try (UnpackedLayer unpacked = UnpackedLayer.empty(directory, "unpacked");
                LayerUnpacker unpacker = new LayerUnpacker(unpacked.root(), UnpackLimits.DEFAULT);
                Directory original = Directory.open(upper.toString())) {
            unpacker.unpack(new TarReader(new ByteArrayInputStream(layer.toByteArray())));
            assertThat(told(unpacked.listing())).isEqualTo(told(TreeListing.of(original)));
        }
        assertThat(again.toByteArray()).isEqualTo(layer.toByteArray());
    }

    /** Without the root, of which layers don't tell, and the notes that overlayfs makes for itself. */
    private static List<String> told(List<String> listing) {
        return listing.stream()
                .skip(1)
                .map(line -> line.replaceAll(" trusted\\.overlay\\.(?!opaque)\\S+", ""))
                // Whiteouts share an inode, and have no times of their own.
                .map(line -> line.contains(" device 0:0") ? line.replaceAll(" character_device .*", " whiteout") : line)
                .toList();
    }

    @Test
    void theWholeTreeIsExportedAsItIsSeen() throws IOException {
        change("echo new >new; rm -r tree; mkdir tree; touch tree/z; rm etc/passwd; ln new hard");
        ByteArrayOutputStream tar = new ByteArrayOutputStream();

        new TreeExport(List.of(upper, lower)).write(tar);

        try (UnpackedLayer unpacked = UnpackedLayer.empty(directory, "unpacked");
                LayerUnpacker unpacker = new LayerUnpacker(unpacked.root(), UnpackLimits.DEFAULT)) {
            unpacker.unpack(new TarReader(new ByteArrayInputStream(tar.toByteArray())));
            assertThat(unpacked.names())
                    .containsExactly(
                            "etc",
                            "etc/conf.d",
                            "etc/conf.d/a",
                            "etc/conf.d/b",
                            "hard",
                            "home",
                            "link",
                            "new",
                            "old",
                            "old/o",
                            "tree",
                            "tree/z",
                            "usr",
                            "usr/bin",
                            "usr/bin/tool");
            assertThat(unpacked.stat("new").links()).isEqualTo(2);
            assertThat(unpacked.read("etc/conf.d/a")).isEqualTo("a\n");
            unpacked.listing().forEach(line -> assertThat(line).doesNotContain("trusted.overlay"));
        }
    }

    @Test
    void theSizeIsThatOfTheContainersOwnFiles() throws IOException {
        change("printf 12345 >new; mkdir -p a/b; printf 123 >a/b/c; rm etc/passwd");
        assertThat(diff().size()).isEqualTo(8);
    }
}
