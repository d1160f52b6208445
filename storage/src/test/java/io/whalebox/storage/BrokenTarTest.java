package io.whalebox.storage;

import static io.whalebox.storage.TarFixture.bytes;
import static io.whalebox.storage.TarFixture.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.ByteArrayInputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every damage to an archive is one clear error that says where it lies. */
class BrokenTarTest {
    private static void readAll(byte[] tar) {
        TarReader reader = new TarReader(new ByteArrayInputStream(tar));
        for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
            reader.content((offset, bytes, start, length) -> {});
        }
    }

    private static TarFixture good() {
        return new TarFixture().file("good", "x".repeat(512));
    }

    static Stream<Arguments> damages() {
        return Stream.of(
                arguments("checksum", good().raw(damaged(header('0', "a").sealed())), "checksum of the header"),
                arguments("text for a tar", good().raw(bytes("hello world ".repeat(50))), "checksum is not a number"),
                arguments("zeros in the middle", good().raw(new byte[512]).file("b", ""), "a block of zeros stands"),
                arguments("mode", good().add(header('0', "a").text(100, 8, bytes("rwx"))), "mode is not a number"),
                arguments("size", good().add(header('0', "a").text(124, 12, bytes("99"))), "size is not a number"),
                arguments("negative size", good().add(header('0', "a").base256(124, 12, -1)), "size -1 is negative"),
                arguments("negative uid", good().add(header('0', "a").base256(108, 8, -1)), "uid -1 is out of range"),
                arguments(
                        "uid that means none",
                        good().add(header('0', "a").base256(108, 8, 0xffffffffL)),
                        "uid 4294967295 is out of range"),
                arguments(
                        "device", good().add(header('3', "a").device(4096, 0)), "device number 4096:0 is out of range"),
                arguments("type", good().add(header('Q', "a")), "type 0x51 is none that is supported"),
                arguments("time", good().pax("mtime", "noon").directory("a"), "mtime is not a time"),
                arguments("late time", good().pax("mtime", "9".repeat(18)).directory("a"), "mtime is not a time"),
                arguments("pax size", good().pax("size", "-3").file("a", "abc"), "size is not a number"),
                arguments("zero in a path", good().pax("path", "a\0b").file("a", ""), "its name holds a zero byte"),
                arguments(
                        "long path", good().pax("path", "a/".repeat(2048)).file("a", ""), "longer than a path can be"),
                arguments("long gnu name", good().gnuLong('L', new byte[4096]), "long name of 4097 bytes"),
                arguments(
                        "CVE-2023-25153: giant pax header",
                        good().add(header('x', "p").size(1L << 30)),
                        "pax header of 1073741824"),
                arguments("pax length", good().paxRecords('x', bytes("99 path=a\n")), "does not end where its length"),
                arguments("pax letters", good().paxRecords('x', bytes("ab path=a\n")), "length of a record is not a"),
                arguments("pax no equals", good().paxRecords('x', bytes("8 pathx\n")), "a record lacks its '='"),
                arguments("pax no space", good().paxRecords('x', bytes("8")), "a record lacks its ' '"),
                arguments("pax zero length", good().paxRecords('x', bytes("0 a=b\n")), "does not end where its length"),
                arguments("xattr name", good().pax("SCHILY.xattr.user.a\0b", "x"), "an impossible extended attribute"),
                arguments("orphaned pax header", good().pax("path", "a").end(), "an entry should follow"),
                arguments(
                        "sparse overlap",
                        good().pax("GNU.sparse.size", "9", "GNU.sparse.map", "0,3,2,3")
                                .file("a", "abcdef"),
                        "parts of the sparse file overlap"),
                arguments(
                        "sparse beyond its size",
                        good().pax("GNU.sparse.size", "2", "GNU.sparse.map", "0,3")
                                .file("a", "abc"),
                        "parts of the sparse file overlap or exceed it"),
                arguments(
                        "sparse without a size",
                        good().pax("GNU.sparse.map", "0,3").file("a", "abc"),
                        "lacks its record GNU.sparse.size"),
                arguments(
                        "sparse odd",
                        good().pax("GNU.sparse.size", "9", "GNU.sparse.map", "0,3,5")
                                .file("a", "abc"),
                        "an offset without a length"),
                arguments(
                        "sparse more than is there",
                        good().pax("GNU.sparse.size", "9", "GNU.sparse.map", "0,4")
                                .file("a", "abc"),
                        "speaks of 4 bytes, the archive holds 3"),
                arguments(
                        "sparse format of the future",
                        good().pax("GNU.sparse.major", "2", "GNU.sparse.minor", "0")
                                .file("a", ""),
                        "sparse format is unknown"),
                arguments(
                        "sparse map without end",
                        good().pax("GNU.sparse.major", "1", "GNU.sparse.minor", "0", "GNU.sparse.realsize", "9")
                                .file("a", "9".repeat(600)),
                        "a line of the sparse map does not end"),
                arguments(
                        "sparse map of a billion parts",
                        good().pax("GNU.sparse.major", "1", "GNU.sparse.minor", "0", "GNU.sparse.realsize", "0")
                                .file("a", "1000000000\n" + "0\n0\n".repeat(1 << 20) + "0\n0\n"),
                        "more than 1048576 parts"));
    }

    private static byte[] damaged(byte[] header) {
        header[5] ^= 1;
        return header;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void saysWhatIsWrongAndWhere(String name, TarFixture tar, String expected) {
        assertThatThrownBy(() -> readAll(tar.end().bytes())).isInstanceOfSatisfying(WhaleboxException.class, e -> {
            assertThat(e.kind()).isEqualTo(ErrorKind.INVALID);
            assertThat(e).hasMessageContaining(expected).hasMessageMatching(".* at byte \\d{4,}.*");
        });
    }

    @Test
    void saysWhereATruncatedArchiveEnds() {
        byte[] tar = new TarFixture()
                .gnuLong('L', bytes("n".repeat(200)))
                .file("n", "x".repeat(1500))
                .pax("SCHILY.xattr.user.x", "y".repeat(600))
                .directory("d")
                .end()
                .bytes();
        int entriesEnd = tar.length - 1024;
        for (int length = 1; length < entriesEnd; length++) {
            byte[] cut = Arrays.copyOf(tar, length);
            // After the content of the file, with or without the zeros that fill its last block.
            boolean betweenEntries = length >= 1024 + 512 + 1500 && length <= 1024 + 512 + 1536;
            if (betweenEntries) {
                TarReader reader = new TarReader(new ByteArrayInputStream(cut));
                assertThat(reader.next()).isPresent();
                assertThat(reader.next()).isEmpty();
                assertThat(reader.sawEndMark()).isFalse();
            } else {
                int end = length;
                assertThatThrownBy(() -> readAll(cut))
                        .isInstanceOfSatisfying(
                                WhaleboxException.class,
                                e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID))
                        .hasMessageContaining("truncated: it ends at byte " + end + " within ");
            }
        }
    }
}
