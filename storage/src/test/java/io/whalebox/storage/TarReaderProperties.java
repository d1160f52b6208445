package io.whalebox.storage;

import static io.whalebox.storage.TarFixture.bytes;
import static io.whalebox.storage.TarFixture.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** What comes from a registry ends the reading in no other way than with an error of kind INVALID. */
class TarReaderProperties {
    private static final byte[] SEED = new TarFixture()
            .global("uid", "12")
            .gnuLong('L', bytes("long/".repeat(30)))
            .gnuLong('K', bytes("target".repeat(30)))
            .symlink("a", "b")
            .pax("path", "b", "SCHILY.xattr.user.x", "y", "mtime", "12.5", "size", "5")
            .file("b", "abcde")
            .add(
                    header('S', "s")
                            .gnu()
                            .size(3)
                            .octal(386, 12, 0)
                            .octal(398, 12, 3)
                            .octal(483, 12, 9),
                    bytes("abc"))
            .pax("GNU.sparse.size", "9", "GNU.sparse.map", "0,3")
            .file("c", "abc")
            .pax("GNU.sparse.major", "1", "GNU.sparse.minor", "0", "GNU.sparse.realsize", "9")
            .file("d", "1\n0\n0\n" + "\0".repeat(506))
            .add(header('3', "e").device(1, 3))
            .end()
            .bytes();

    private static void mustReadOrRefuse(byte[] tar) {
        try {
            TarReader reader = new TarReader(new ByteArrayInputStream(tar));
            long entries = 0;
            for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
                reader.content(
                        (offset, bytes, start, length) -> assertThat(offset).isNotNegative());
                entries++;
            }
            assertThat(entries).isLessThanOrEqualTo(tar.length / TarFixture.BLOCK);
        } catch (WhaleboxException e) {
            assertThat(e.kind()).isEqualTo(ErrorKind.INVALID);
        }
    }

    @Property(tries = 5000)
    void mutatedArchives(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] tar = SEED.clone();
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            int at = random.nextInt(tar.length);
            tar[at] = random.nextBoolean() ? (byte) random.nextInt() : tar[random.nextInt(tar.length)];
            if (random.nextInt(4) != 0) {
                seal(tar, at / TarFixture.BLOCK * TarFixture.BLOCK);
            }
        }
        mustReadOrRefuse(tar);
    }

    /** Makes the checksum of a block right again, so that the reader looks at what the mutation did. */
    private static void seal(byte[] tar, int block) {
        long sum = 0;
        for (int i = 0; i < TarFixture.BLOCK; i++) {
            sum += i >= 148 && i < 156 ? ' ' : tar[block + i] & 0xff;
        }
        System.arraycopy(bytes(String.format("%06o", sum) + "\0 "), 0, tar, block + 148, 8);
    }

    @Property(tries = 300)
    void anyBytes(@ForAll @Size(max = 2000) byte[] bytes) {
        mustReadOrRefuse(bytes);
    }

    @Property(tries = 300)
    void anyPaxRecords(@ForAll @Size(max = 200) byte[] records) {
        mustReadOrRefuse(
                new TarFixture().paxRecords('x', records).file("a", "").end().bytes());
    }

    @Property
    void everyNumberSurvivesBase256(@ForAll @LongRange(min = 0) long size) {
        byte[] block = header('0', "a").base256(124, 12, size).sealed();

        assertThat(TarNumber.parse(block, 124, 12)).contains(size);
    }

    @Property
    void everyTimeSurvivesDecimals(
            @ForAll @LongRange(min = -1_000_000_000_000L, max = 1_000_000_000_000L) long seconds,
            @ForAll @LongRange(min = 0, max = 999_999_999) long nanos) {
        Instant time = Instant.ofEpochSecond(seconds, nanos);
        String text = java.math.BigDecimal.valueOf(seconds)
                .add(java.math.BigDecimal.valueOf(nanos, 9))
                .toPlainString();

        assertThat(TarNumber.time(bytes(text))).contains(time);
    }
}
