package io.whalebox.storage;

import static io.whalebox.storage.TarFixture.bytes;
import static io.whalebox.storage.TarFixture.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.whalebox.linux.DeviceNumber;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TarReaderTest {
    private static List<TarEntry> read(TarFixture tar) {
        TarReader reader = new TarReader(tar.stream());
        List<TarEntry> entries = new ArrayList<>();
        for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            entries.add(entry.get());
        }
        return entries;
    }

    private static TarEntry readOne(TarFixture tar) {
        List<TarEntry> entries = read(tar.end());
        assertThat(entries).hasSize(1);
        return entries.getFirst();
    }

    @Test
    void readsAUstarEntry() {
        TarEntry entry = readOne(new TarFixture()
                .add(
                        header('0', "etc/passwd")
                                .mode(0104755)
                                .owner(1, 65534)
                                .size(3)
                                .modified(981173106),
                        bytes("abc")));

        assertThat(entry.path()).isEqualTo(TarPath.of("etc/passwd"));
        assertThat(entry.type()).isEqualTo(EntryType.REGULAR);
        assertThat(entry.mode()).isEqualTo(04755);
        assertThat(entry.uid()).isEqualTo(1);
        assertThat(entry.gid()).isEqualTo(65534);
        assertThat(entry.size()).isEqualTo(3);
        assertThat(entry.modified()).isEqualTo(Instant.ofEpochSecond(981173106));
        assertThat(entry.accessed()).isEqualTo(entry.modified());
        assertThat(entry.offset()).isZero();
    }

    @Test
    void knowsEveryType() {
        List<TarEntry> entries = read(new TarFixture()
                .add(header('\0', "v7"))
                .add(header('\0', "v7-directory/"))
                .add(header('7', "contiguous"))
                .hardLink("hard", "v7")
                .symlink("soft", "v7")
                .add(header('3', "null").device(1, 3))
                .add(header('4', "disk").device(259, 1_048_575))
                .directory("directory")
                .add(header('6', "fifo"))
                .add(header('V', "label"))
                .end());

        assertThat(entries)
                .extracting(TarEntry::type)
                .containsExactly(
                        EntryType.REGULAR,
                        EntryType.DIRECTORY,
                        EntryType.REGULAR,
                        EntryType.HARD_LINK,
                        EntryType.SYMLINK,
                        EntryType.CHARACTER_DEVICE,
                        EntryType.BLOCK_DEVICE,
                        EntryType.DIRECTORY,
                        EntryType.FIFO);
        assertThat(entries.get(5).device()).isEqualTo(new DeviceNumber(1, 3));
        assertThat(entries.get(6).device()).isEqualTo(new DeviceNumber(259, 1_048_575));
    }

    @Test
    void joinsTheUstarPrefix() {
        assertThat(readOne(new TarFixture().add(header('0', "name").text(345, 155, bytes("some/long"))))
                        .path())
                .isEqualTo(TarPath.of("some/long/name"));
    }

    @Test
    void joinsThePrefixThatOldGoPutIntoGnuHeadersButNotGnuTimes() {
        assertThat(readOne(new TarFixture().add(header('0', "name").gnu().text(345, 155, bytes("usr/share/doc"))))
                        .path())
                .isEqualTo(TarPath.of("usr/share/doc/name"));

        TarEntry timed = readOne(new TarFixture().add(header('0', "name").gnu().octal(345, 12, 77)));
        assertThat(timed.path()).isEqualTo(TarPath.of("name"));
        assertThat(timed.accessed()).isEqualTo(Instant.ofEpochSecond(77));
    }

    @Test
    void readsGnuLongNamesAndTargets() {
        String name = "n\u00ff".repeat(1000);
        TarEntry entry = readOne(new TarFixture()
                .gnuLong('K', bytes("t".repeat(3000)))
                .gnuLong('L', bytes(name))
                .symlink("short", "short"));

        assertThat(entry.path().bytes()).isEqualTo(bytes(name));
        assertThat(entry.link().bytes()).hasSize(3000);
    }

    @Test
    void readsNumbersOfAnySize() {
        TarEntry entry = readOne(new TarFixture()
                .add(header('5', "a")
                        .base256(108, 8, 0xfffffffeL)
                        .base256(116, 8, 3_000_000)
                        .base256(136, 12, -86400)));

        assertThat(entry.uid()).isEqualTo((int) 0xfffffffeL);
        assertThat(entry.gid()).isEqualTo(3_000_000);
        assertThat(entry.modified()).isEqualTo(Instant.parse("1969-12-31T00:00:00Z"));
    }

    @Test
    void readsPaxRecordsWhoseValuesAreBinary() {
        byte[] capability = {1, 0, 0, 2, '\n', (byte) 0xff, 0, '=', 0};
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        records.writeBytes(TarFixture.record("path", bytes("caf\u00e9")));
        records.writeBytes(TarFixture.record("SCHILY.xattr.security.capability", capability));
        records.writeBytes(TarFixture.record("SCHILY.xattr.user.empty", new byte[0]));
        records.writeBytes(TarFixture.record("size", bytes("3")));
        records.writeBytes(TarFixture.record("uid", bytes("4000000")));
        records.writeBytes(TarFixture.record("mtime", bytes("1700000000.1234567891")));
        records.writeBytes(TarFixture.record("atime", bytes("-1.25")));
        records.writeBytes(TarFixture.record("comment", bytes("nobody asked")));
        TarEntry entry = readOne(new TarFixture()
                .paxRecords('x', records.toByteArray())
                .add(header('0', "cafe").size(0), bytes("abc")));

        assertThat(entry.path().bytes()).isEqualTo(bytes("caf\u00e9"));
        assertThat(entry.attributes()).containsOnlyKeys("security.capability", "user.empty");
        assertThat(entry.attributes().get("security.capability")).isEqualTo(capability);
        assertThat(entry.size()).isEqualTo(3);
        assertThat(entry.uid()).isEqualTo(4_000_000);
        assertThat(entry.modified()).isEqualTo(Instant.ofEpochSecond(1_700_000_000, 123_456_789));
        assertThat(entry.accessed()).isEqualTo(Instant.ofEpochSecond(-2, 750_000_000));
    }

    @Test
    void appliesGlobalHeadersUntilAnEntryOrALaterOneSaysOtherwise() {
        List<TarEntry> entries = read(new TarFixture()
                .global("uid", "7", "mtime", "5", "SCHILY.xattr.user.x", "not global")
                .directory("a")
                .pax("uid", "8")
                .directory("b")
                .global("mtime", "6")
                .directory("c")
                .end());

        assertThat(entries).extracting(TarEntry::uid).containsExactly(7, 8, 7);
        assertThat(entries)
                .extracting(entry -> entry.modified().getEpochSecond())
                .containsExactly(5L, 5L, 6L);
        assertThat(entries.getFirst().attributes()).isEmpty();
    }

    @Test
    void handsOutContentAndSkipsWhatIsNotAskedFor() throws IOException {
        TarReader reader = new TarReader(new TarFixture()
                        .file("a", "skipped".repeat(200))
                        .file("b", "taken".repeat(50_000))
                        .file("c", "streamed".repeat(300))
                        .file("d", "")
                        .end()
                        .stream());
        reader.next();
        reader.next();
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        reader.content((offset, bytes, start, length) -> {
            assertThat(offset).isEqualTo(taken.size());
            taken.write(bytes, start, length);
        });
        assertThat(taken).hasToString("taken".repeat(50_000));

        reader.next();
        assertThat(reader.contentStream().readAllBytes()).asString().isEqualTo("streamed".repeat(300));
        assertThat(reader.next()).isPresent();
        assertThat(reader.contentStream().readAllBytes()).isEmpty();
        assertThat(reader.next()).isEmpty();
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void doesNotMissTheZerosBehindTheLastContent() {
        byte[] whole = new TarFixture().file("a", "abc").bytes();
        TarReader reader = new TarReader(new ByteArrayInputStream(whole, 0, 512 + 3));

        assertThat(reader.next()).isPresent();
        assertThat(reader.next()).isEmpty();
        assertThat(reader.sawEndMark()).isFalse();
    }

    @Test
    void tellsAnArchiveWithItsEndMarkFromOneWithout() {
        TarReader without = new TarReader(new TarFixture().file("a", "abc").stream());
        assertThat(without.next()).isPresent();
        assertThat(without.next()).isEmpty();
        assertThat(without.sawEndMark()).isFalse();

        TarReader with = new TarReader(new TarFixture().file("a", "abc").end().stream());
        assertThat(with.next()).isPresent();
        assertThat(with.next()).isEmpty();
        assertThat(with.sawEndMark()).isTrue();
    }

    @Test
    void readsNothingBehindTheEndMarkAsEntries() {
        assertThat(read(new TarFixture().file("a", "").end().file("b", ""))).hasSize(1);
    }

    @Test
    void givesEntriesThatAreNoFilesNoContent() {
        // As Go's reader does; the header behind it would otherwise be swallowed.
        List<TarEntry> entries = read(
                new TarFixture().add(header('5', "a").size(512)).directory("b").end());

        assertThat(entries).extracting(TarEntry::size).containsExactly(0L, 0L);
    }

    @Test
    void readsEverySparseFormat() throws IOException {
        byte[] map = bytes("2\n512\n3\n2048\n2\n");
        byte[] content = java.util.Arrays.copyOf(map, 517);
        System.arraycopy(bytes("abcde"), 0, content, 512, 5);
        TarFixture tar = new TarFixture()
                .add(
                        header('S', "old")
                                .gnu()
                                .size(5)
                                .octal(386, 12, 512)
                                .octal(398, 12, 3)
                                .octal(410, 12, 2048)
                                .octal(422, 12, 2)
                                .octal(483, 12, 4096),
                        bytes("abcde"))
                .paxRecords(
                        'x',
                        concat(
                                TarFixture.record("GNU.sparse.size", bytes("4096")),
                                TarFixture.record("GNU.sparse.numblocks", bytes("2")),
                                TarFixture.record("GNU.sparse.offset", bytes("512")),
                                TarFixture.record("GNU.sparse.numbytes", bytes("3")),
                                TarFixture.record("GNU.sparse.offset", bytes("2048")),
                                TarFixture.record("GNU.sparse.numbytes", bytes("2"))))
                .add(header('0', "pax-0.0").size(5), bytes("abcde"))
                .pax("GNU.sparse.size", "4096", "GNU.sparse.name", "pax-0.1", "GNU.sparse.map", "512,3,2048,2")
                .add(header('0', "GNUSparseFile.1/x").size(5), bytes("abcde"))
                .pax(
                        "GNU.sparse.major",
                        "1",
                        "GNU.sparse.minor",
                        "0",
                        "GNU.sparse.name",
                        "pax-1.0",
                        "GNU.sparse.realsize",
                        "4096")
                .add(header('0', "GNUSparseFile.1/x").size(517), content)
                .end();

        byte[] expected = new byte[4096];
        System.arraycopy(bytes("abc"), 0, expected, 512, 3);
        System.arraycopy(bytes("de"), 0, expected, 2048, 2);
        TarReader reader = new TarReader(tar.stream());
        for (String name : List.of("old", "pax-0.0", "pax-0.1", "pax-1.0")) {
            TarEntry entry = reader.next().orElseThrow();
            assertThat(entry.path()).isEqualTo(TarPath.of(name));
            assertThat(entry.size()).isEqualTo(4096);
            assertThat(reader.contentStream().readAllBytes()).as(name).isEqualTo(expected);
        }
        assertThat(reader.next()).isEmpty();

        List<Long> offsets = new ArrayList<>();
        TarReader again = new TarReader(new ByteArrayInputStream(tar.bytes()));
        again.next();
        again.content((offset, bytes, start, length) -> offsets.add(offset));
        assertThat(offsets).containsExactly(512L, 2048L);
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
