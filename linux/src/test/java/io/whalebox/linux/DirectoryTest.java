package io.whalebox.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTest {
    private static final FileName A = FileName.of("a");
    private static final FileName B = FileName.of("b");
    private static final Instant THEN = Instant.ofEpochSecond(981173106, 123456789);

    @TempDir
    private Path path;

    private Directory directory;

    @BeforeEach
    void open() {
        directory = Directory.open(path.toString());
    }

    @AfterEach
    void close() {
        directory.list().forEach(entry -> directory.removeTree(entry.name()));
        directory.close();
    }

    @Test
    void makesEveryKindOfEntryAndListsThem() {
        directory.mkdir(FileName.of("directory"), 0755);
        directory.symlink("nowhere".getBytes(StandardCharsets.UTF_8), FileName.of("link"));
        directory.mknod(FileName.of("fifo"), FileType.FIFO, 0600, DeviceNumber.WHITEOUT);
        RegularFile.create(directory, FileName.of("file"), 0644).close();

        assertThat(directory.list())
                .containsExactlyInAnyOrder(
                        new DirectoryEntry(FileName.of("directory"), FileType.DIRECTORY),
                        new DirectoryEntry(FileName.of("link"), FileType.SYMLINK),
                        new DirectoryEntry(FileName.of("fifo"), FileType.FIFO),
                        new DirectoryEntry(FileName.of("file"), FileType.REGULAR));
        assertThat(directory.readlink(FileName.of("link"))).asString().isEqualTo("nowhere");
    }

    @Test
    void keepsNamesThatAreNotUtf8() {
        FileName name = FileName.of(new byte[] {(byte) 0xff, ' ', (byte) 0xc3, '\n'});

        directory.mkdir(name, 0755);

        assertThat(directory.list()).extracting(DirectoryEntry::name).containsExactly(name);
        assertThat(name).hasToString("\\xff \\xc3\\x0a");
    }

    @Test
    void opensNothingThroughALink() {
        directory.symlink("/".getBytes(StandardCharsets.UTF_8), A);

        assertThatThrownBy(() -> directory.open(A, OpenFlags.O_RDONLY, 0))
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ELOOP));
        assertThatThrownBy(() -> directory.subdirectory(A))
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOTDIR));
        assertThatThrownBy(() -> RegularFile.create(directory, A, 0644))
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
    }

    @Test
    void resolvesLinksInsideTheRootItStartsFrom() {
        directory.mkdir(A, 0755);
        RegularFile.create(directory, B, 0600).close();
        directory.symlink("/../../b".getBytes(StandardCharsets.UTF_8), FileName.of("link"));

        try (Fd found = directory.resolve("a/../link", OpenFlags.O_RDONLY, 0, OpenFlags.RESOLVE_IN_ROOT)) {
            assertThat(found.number()).isPositive();
        }
        assertThatThrownBy(() -> directory.resolve("../..", OpenFlags.O_PATH, 0, OpenFlags.RESOLVE_BENEATH))
                .isInstanceOfSatisfying(
                        LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EXDEV));
        assertThatThrownBy(() -> directory.resolve("a", OpenFlags.O_PATH, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void linksAndRenames() {
        RegularFile.create(directory, A, 0600).close();
        directory.link(directory, A, B);
        assertThat(directory.stat(A).links()).isEqualTo(2);
        assertThat(directory.stat(A).isSameFile(directory.stat(B))).isTrue();

        assertThat(directory.renameIfAbsent(A, directory, B)).isFalse();
        directory.rename(A, directory, FileName.of("c"));
        assertThat(directory.find(A)).isEmpty();
        assertThat(directory.mkdirIfAbsent(FileName.of("c"), 0755)).isFalse();
    }

    @Test
    void setsModesTimesAndAttributesOfAnEntryOrOfTheDirectoryItself() {
        RegularFile.create(directory, A, 0600).close();
        for (FileName name : new FileName[] {A, FileName.SELF}) {
            directory.chmod(name, 0751);
            directory.setTimes(name, THEN, THEN.minusNanos(1));
            directory.setAttribute(name, "user.colour", "blue".getBytes(StandardCharsets.UTF_8));
            directory.setAttribute(name, "user.empty", new byte[0]);

            Stat stat = directory.stat(name);
            assertThat(stat.mode()).isEqualTo(0751);
            assertThat(stat.accessed()).isEqualTo(THEN);
            assertThat(stat.modified()).isEqualTo(THEN.minusNanos(1));
            assertThat(directory.attributes(name)).contains("user.colour", "user.empty");
            assertThat(directory.attribute(name, "user.colour").orElseThrow())
                    .asString()
                    .isEqualTo("blue");
            directory.removeAttribute(name, "user.colour");
            assertThat(directory.attribute(name, "user.colour")).isEmpty();
        }
    }

    @Test
    void setsTheTimesOfALinkAndNotOfItsTarget() {
        RegularFile.create(directory, A, 0600).close();
        directory.symlink(A.bytes(), B);

        directory.setTimes(B, THEN, THEN);

        assertThat(directory.stat(B).modified()).isEqualTo(THEN);
        assertThat(directory.stat(A).modified()).isAfter(THEN);
    }

    @Test
    void setsOwnersAndMakesDevicesAsRoot() {
        assumeTrue(Processes.effectiveUser() == 0, "only root gives files away");
        directory.mknod(A, FileType.CHARACTER_DEVICE, 0600, DeviceNumber.WHITEOUT);
        directory.mknod(B, FileType.BLOCK_DEVICE, 0600, new DeviceNumber(259, 70000));
        directory.symlink("x".getBytes(StandardCharsets.UTF_8), FileName.of("link"));
        directory.chown(FileName.of("link"), 1000, 3_000_000);
        directory.setAttribute(FileName.of("link"), "trusted.mark", new byte[] {0, 1});

        assertThat(directory.stat(A).isWhiteout()).isTrue();
        assertThat(directory.stat(B).represents()).isEqualTo(new DeviceNumber(259, 70000));
        assertThat(directory.stat(FileName.of("link")).gid()).isEqualTo(3_000_000);
        assertThat(directory.attribute(FileName.of("link"), "trusted.mark")).contains(new byte[] {0, 1});
    }

    @Test
    void writesSparseFiles() throws Exception {
        byte[] data = new byte[600_000];
        java.util.Arrays.fill(data, (byte) 'x');
        try (RegularFile file = RegularFile.create(directory, A, 0644)) {
            file.seek(10L << 20);
            file.write(data, 0, data.length);
            file.truncate(40L << 20);
        }

        Stat stat = directory.stat(A);
        assertThat(stat.size()).isEqualTo(40L << 20);
        assertThat(stat.blocks() * 512).isLessThan(2L << 20);
        try (var channel = Files.newByteChannel(path.resolve("a"))) {
            channel.position((10L << 20) + data.length - 1);
            var two = java.nio.ByteBuffer.allocate(2);
            channel.read(two);
            assertThat(two.array()).containsExactly('x', 0);
        }
    }

    @Test
    void removesATreeThatIsDeeperThanAnyPathWithoutFollowingLinks() {
        RegularFile.create(directory, B, 0600).close();
        directory.mkdir(A, 0755);
        FileName name = FileName.of("d".repeat(100));
        Directory at = directory.subdirectory(A);
        for (int depth = 0; depth < 3000; depth++) {
            at.symlink("../b".getBytes(StandardCharsets.UTF_8), FileName.of("link"));
            at.symlink("/".getBytes(StandardCharsets.UTF_8), FileName.of("root"));
            at.mkdir(name, 0755);
            Directory below = at.subdirectory(name);
            at.close();
            at = below;
        }
        at.close();

        directory.removeTree(A);

        assertThat(directory.list()).extracting(DirectoryEntry::name).containsExactly(B);
    }

    @Test
    void removesADirectoryOfManyFilesAndForgivesAMissingOne() {
        directory.mkdir(A, 0755);
        try (Directory many = directory.subdirectory(A)) {
            for (int i = 0; i < 3000; i++) {
                many.mknod(FileName.of("file-" + i), FileType.REGULAR, 0600, DeviceNumber.WHITEOUT);
            }
            assertThat(many.list()).hasSize(3000);
        }

        directory.removeTree(A);
        directory.removeTree(A);

        assertThat(directory.list()).isEmpty();
    }

    @Test
    void syncs() {
        directory.sync();
        directory.syncFileSystem();
    }
}
