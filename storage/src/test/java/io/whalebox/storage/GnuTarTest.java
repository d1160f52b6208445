package io.whalebox.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.whalebox.linux.DeviceNumber;
import io.whalebox.linux.Directory;
import io.whalebox.linux.FileName;
import io.whalebox.linux.FileType;
import io.whalebox.linux.RegularFile;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What GNU tar packs is unpacked to the very tree that it was packed from, or that GNU tar itself makes of it. */
class GnuTarTest {
    private static final Instant TIME = Instant.ofEpochSecond(1_234_567_890, 123_456_789);

    @TempDir
    private Path temporary;

    private Directory source;

    @BeforeEach
    void tree() {
        UnpackedLayer.assumeRoot();
        try (Directory parent = Directory.open(temporary.toString())) {
            for (String name : new String[] {"source", "theirs"}) {
                parent.mkdir(FileName.of(name), 0755);
            }
            source = parent.subdirectory(FileName.of("source"));
        }
        write("plain", 100_000, 0644);
        write("empty", 0, 0600);
        write("set-uid", 10, 0755);
        source.chown(FileName.of("set-uid"), 1000, 2000);
        source.chmod(FileName.of("set-uid"), 06711);
        source.link(source, FileName.of("plain"), FileName.of("plain-again"));
        source.symlink("plain".getBytes(java.nio.charset.StandardCharsets.US_ASCII), FileName.of("link"));
        source.mknod(FileName.of("fifo"), FileType.FIFO, 0640, DeviceNumber.WHITEOUT);
        source.mknod(FileName.of("device"), FileType.CHARACTER_DEVICE, 0600, new DeviceNumber(1, 3));
        source.mkdir(FileName.of("directory"), 0700);
        settle();
    }

    private void write(String name, int size, int mode) {
        byte[] content = new byte[size];
        Arrays.fill(content, (byte) name.charAt(0));
        try (RegularFile file = RegularFile.create(source, FileName.of(name), mode)) {
            file.write(content, 0, size);
        }
    }

    /** What ustar has no place for. */
    private void demandingTree() {
        try (RegularFile file = RegularFile.create(source, FileName.of("sparse"), 0644)) {
            byte[] data = new byte[5000];
            Arrays.fill(data, (byte) 'd');
            for (long offset = 1 << 20; offset < 20 << 20; offset += 1 << 20) {
                file.seek(offset);
                file.write(data, 0, data.length);
            }
            file.truncate(30 << 20);
        }
        source.mkdir(FileName.of("deep"), 0755);
        Directory at = source.subdirectory(FileName.of("deep"));
        for (int i = 0; i < 5; i++) {
            FileName name = FileName.of("n".repeat(200));
            at.mkdir(name, 0755);
            at.symlink("t".repeat(300).getBytes(java.nio.charset.StandardCharsets.US_ASCII), FileName.of("long-link"));
            Directory below = at.subdirectory(name);
            at.setTimes(FileName.SELF, TIME, TIME);
            at.close();
            at = below;
        }
        at.close();
        FileName notUtf8 = FileName.of(new byte[] {'n', (byte) 0xff, (byte) 0xfe, '\n', 'x'});
        source.mkdir(notUtf8, 0755);
        source.chown(notUtf8, 3_000_000, 2_500_000);
        settle();
    }

    private void settle() {
        source.list().forEach(entry -> source.setTimes(entry.name(), TIME, TIME));
        source.setTimes(FileName.SELF, TIME, TIME);
    }

    @AfterEach
    void close() {
        source.list().forEach(entry -> source.removeTree(entry.name()));
        source.close();
        try (Directory theirs = Directory.open(temporary.resolve("theirs").toString())) {
            theirs.list().forEach(entry -> theirs.removeTree(entry.name()));
        }
    }

    private byte[] tar(String... options) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("tar", "-C", temporary.resolve("source").toString()));
        command.addAll(List.of(options));
        command.addAll(List.of("--numeric-owner", "-cf", "-", "."));
        Process tar = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        byte[] archive = tar.getInputStream().readAllBytes();
        assertThat(tar.waitFor()).isZero();
        return archive;
    }

    private List<String> unpackedByGnuTar(byte[] archive) throws Exception {
        Path directory = temporary.resolve("theirs");
        Process tar = new ProcessBuilder(
                        "tar",
                        "-C",
                        directory.toString(),
                        "--xattrs",
                        "--xattrs-include=*",
                        "--numeric-owner",
                        "--sparse",
                        "-xpf",
                        "-")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var in = tar.getOutputStream()) {
            in.write(archive);
        }
        assertThat(tar.waitFor()).isZero();
        try (Directory theirs = Directory.open(directory.toString())) {
            return TreeListing.of(theirs);
        }
    }

    private UnpackedLayer unpacked(byte[] archive) {
        UnpackedLayer layer = UnpackedLayer.empty(temporary, "ours");
        try (LayerUnpacker unpacker = new LayerUnpacker(layer.root(), UnpackLimits.DEFAULT)) {
            TarReader reader = new TarReader(new ByteArrayInputStream(archive));
            unpacker.unpack(reader);
            assertThat(reader.sawEndMark()).isTrue();
            return layer;
        } catch (RuntimeException e) {
            layer.close();
            throw e;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"--format=v7", "--format=ustar", "--format=oldgnu", "--format=gnu", "--format=pax"})
    void everyFormatOfAnOrdinaryTree(String format) throws Exception {
        if (format.equals("--format=v7")) {
            // Which it has no place for.
            source.unlink(FileName.of("fifo"));
            source.unlink(FileName.of("device"));
            settle();
        }
        byte[] archive = tar(format);

        try (UnpackedLayer ours = unpacked(archive)) {
            assertThat(ours.listing()).isEqualTo(unpackedByGnuTar(archive));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--format=gnu",
                "--format=oldgnu",
                "--format=pax --sparse-version=0.0",
                "--format=pax --sparse-version=0.1",
                "--format=pax --sparse-version=1.0"
            })
    void sparseFilesLongNamesAndLargeNumbers(String options) throws Exception {
        demandingTree();
        byte[] archive = tar(("--sparse " + options).split(" "));
        assertThat(archive.length).isLessThan(2 << 20);

        try (UnpackedLayer ours = unpacked(archive)) {
            assertThat(ours.listing()).isEqualTo(unpackedByGnuTar(archive));
            assertThat(ours.stat("sparse").blocks()).isLessThan((2 << 20) / 512);
        }
    }

    @Test
    void paxKeepsAttributesAndNanoseconds() throws Exception {
        demandingTree();
        byte[] capability = {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        source.setAttribute(FileName.of("plain"), "security.capability", capability);
        source.setAttribute(FileName.of("plain"), "user.binary", new byte[] {0, '\n', '=', (byte) 0xff});
        source.setAttribute(FileName.of("directory"), "trusted.something", new byte[] {1});
        source.setAttribute(FileName.of("link"), "trusted.of-a-link", new byte[] {2});
        settle();
        byte[] archive = tar("--format=pax", "--xattrs", "--xattrs-include=*", "--sparse");

        try (UnpackedLayer ours = unpacked(archive)) {
            assertThat(ours.listing()).isEqualTo(TreeListing.of(source));
        }
    }
}
