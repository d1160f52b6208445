package io.whalebox.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.DeviceNumber;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What is written is read back the same. */
class TarOutputTest {
    private static final TarPath NONE = TarPath.of("");

    private static TarEntry entry(TarPath path, EntryType type, TarPath link, long size, Instant time, int id) {
        return new TarEntry(path, type, link, size, 0640, id, id, time, time, DeviceNumber.WHITEOUT, Map.of(), 0);
    }

    private static Optional<TarEntry> readBack(byte[] tar) {
        return new TarReader(new ByteArrayInputStream(tar)).next();
    }

    @Property(tries = 500)
    void everyNameTimeAndOwnerSurvives(
            @ForAll @Size(min = 1, max = 300) byte[] name,
            @ForAll @LongRange(min = -100_000_000_000L, max = 1_000_000_000_000L) long seconds,
            @ForAll @IntRange(min = 0, max = 999_999_999) int nanos,
            @ForAll int id)
            throws IOException {
        byte[] clean = name.clone();
        for (int i = 0; i < clean.length; i++) {
            // A zero byte can't be in a name, and a slash at the end is a directory's.
            clean[i] = clean[i] == 0 || clean[i] == '/' ? (byte) 'x' : clean[i];
        }
        Instant time = Instant.ofEpochSecond(seconds, nanos);
        int owner = id == -1 ? 0 : id;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TarOutput tar = new TarOutput(out);
        tar.put(entry(new TarPath(clean), EntryType.SYMLINK, new TarPath(clean), 0, time, owner));
        tar.end();

        TarEntry read = readBack(out.toByteArray()).orElseThrow();

        assertThat(read.path()).isEqualTo(new TarPath(clean));
        assertThat(read.link()).isEqualTo(new TarPath(clean));
        assertThat(read.modified()).isEqualTo(time);
        assertThat(read.uid()).isEqualTo(owner);
        assertThat(read.mode()).isEqualTo(0640);
    }

    @Property(tries = 200)
    void everyAttributeAndContentSurvives(@ForAll @Size(max = 200) byte[] value, @ForAll @IntRange(max = 3000) int size)
            throws IOException {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        Map<String, byte[]> attributes = new TreeMap<>(Map.of("user.x", value, "security.capability", value));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TarOutput tar = new TarOutput(out);
        TarEntry plain = entry(TarPath.of("file"), EntryType.REGULAR, NONE, size, Instant.EPOCH, 0);
        tar.put(new TarEntry(
                plain.path(),
                plain.type(),
                NONE,
                size,
                0644,
                0,
                0,
                Instant.EPOCH,
                Instant.EPOCH,
                plain.device(),
                attributes,
                0));
        tar.content(content, 0, size / 2);
        tar.content(content, size / 2, size - size / 2);
        tar.put(entry(TarPath.of("next"), EntryType.REGULAR, NONE, 0, Instant.EPOCH, 0));
        tar.end();

        TarReader reader = new TarReader(new ByteArrayInputStream(out.toByteArray()));
        TarEntry read = reader.next().orElseThrow();
        ByteArrayOutputStream readContent = new ByteArrayOutputStream();
        reader.content((_, bytes, start, length) -> readContent.write(bytes, start, length));
        assertThat(readContent.toByteArray()).isEqualTo(content);
        assertThat(read.attributes()).hasSize(2);
        assertThat(read.attributes().get("user.x")).isEqualTo(value);
        assertThat(reader.next().orElseThrow().path()).isEqualTo(TarPath.of("next"));
        assertThat(reader.next()).isEmpty();
        assertThat(reader.sawEndMark()).isTrue();
    }

    @Test
    void sizesBeyondTheHeadersAreInThePaxHeader() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new TarOutput(out).put(entry(TarPath.of("big"), EntryType.REGULAR, NONE, 1L << 40, Instant.EPOCH, 0));

        assertThat(readBack(out.toByteArray()).orElseThrow().size()).isEqualTo(1L << 40);
    }

    /** By which layers get their digests. */
    @Test
    void theSameEntryIsTheSameBytes() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TarOutput tar = new TarOutput(out);
        tar.put(entry(TarPath.of("a"), EntryType.REGULAR, NONE, 1, Instant.ofEpochSecond(5, 500_000_000), 7));
        tar.content("x".getBytes(StandardCharsets.US_ASCII), 0, 1);
        tar.end();

        assertThat(out.size()).isEqualTo(6 * 512);
        assertThat(HexFormat.of().formatHex(out.toByteArray(), 512, 512 + 14))
                .isEqualTo(HexFormat.of().formatHex("13 mtime=5.5\n\0".getBytes(StandardCharsets.US_ASCII)));
        assertThat(new String(out.toByteArray(), 1024, 160, StandardCharsets.US_ASCII))
                .startsWith("a\0")
                .contains("0000640\0000000007\0000000007\00000000000001\00000000000005\0");
    }

    @Test
    void contentHasTheSizeThatTheEntryTold() throws IOException {
        TarOutput tar = new TarOutput(new ByteArrayOutputStream());
        tar.put(entry(TarPath.of("a"), EntryType.REGULAR, NONE, 2, Instant.EPOCH, 0));

        assertThatThrownBy(() -> tar.content(new byte[3], 0, 3)).isInstanceOf(IllegalArgumentException.class);
        tar.content(new byte[1], 0, 1);
        assertThatThrownBy(tar::end).isInstanceOf(IllegalStateException.class);
    }
}
