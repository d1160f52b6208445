package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.XZOutputStream;

class CompressionTest {
    private static final byte[] CONTENT = content(300_000);

    @ParameterizedTest
    @EnumSource
    void isRecognisedAndUndone(Compression compression) throws IOException {
        byte[] compressed = compress(compression, CONTENT);

        assertThat(Compression.sniff(new ByteArrayInputStream(compressed))).isEqualTo(compression);
        assertThat(Compression.decompress(slow(compressed)).readAllBytes()).isEqualTo(CONTENT);
    }

    @ParameterizedTest
    @EnumSource
    void membersOneAfterAnotherAreOneContent(Compression compression) throws IOException {
        byte[] one = compress(compression, CONTENT);
        byte[] two = compress(compression, "and more".getBytes(StandardCharsets.US_ASCII));
        byte[] both = Arrays.copyOf(one, one.length + two.length);
        System.arraycopy(two, 0, both, one.length, two.length);

        byte[] plain = Compression.decompress(slow(both)).readAllBytes();

        assertThat(plain).hasSize(CONTENT.length + 8).endsWith("and more".getBytes(StandardCharsets.US_ASCII));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void anEndThatIsMissingIsAnErrorWhereverItIsCut(Compression compression) throws IOException {
        byte[] compressed = compress(compression, content(300));
        for (int length = 6; length < compressed.length; length++) {
            byte[] cut = Arrays.copyOf(compressed, length);

            assertThatThrownBy(() -> Compression.decompress(new ByteArrayInputStream(cut))
                            .readAllBytes())
                    .as("cut to %d of %d bytes", length, compressed.length)
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void whatIsTooShortToTellIsPlain() throws IOException {
        assertThat(Compression.sniff(new ByteArrayInputStream(new byte[0]))).isEqualTo(Compression.NONE);
        assertThat(Compression.sniff(new ByteArrayInputStream(new byte[] {0x1f})))
                .isEqualTo(Compression.NONE);
    }

    /** A header of a few bytes must not make the decompressor allocate gigabytes. */
    @Test
    void aDictionaryThatNeedsGigabytesIsRefused() throws IOException {
        byte[] xz = compress(Compression.XZ, new byte[] {1});
        // The block header follows the stream header of 12 bytes; 37 in its fifth byte means 1.5 GiB (xz file format).
        int header = 12;
        xz[header + 4] = 37;
        int length = (xz[header] + 1) * 4;
        CRC32 crc = new CRC32();
        crc.update(xz, header, length - 4);
        ByteBuffer.wrap(xz).order(ByteOrder.LITTLE_ENDIAN).putInt(header + length - 4, (int) crc.getValue());

        assertThatThrownBy(() ->
                        Compression.decompress(new ByteArrayInputStream(xz)).readAllBytes())
                .isInstanceOf(MemoryLimitException.class);
    }

    /** Arrives in small pieces and never says that more is there, as a pipe may. */
    private static InputStream slow(byte[] bytes) {
        return new FilterInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                return super.read(b, off, Math.min(len, 1000));
            }

            @Override
            public int available() {
                return 0;
            }

            @Override
            public boolean markSupported() {
                return false;
            }
        };
    }

    static byte[] compress(Compression compression, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = switch (compression) {
            case NONE -> bytes;
            case GZIP -> new GZIPOutputStream(bytes);
            case ZSTD -> new ZstdOutputStreamNoFinalizer(bytes);
            case XZ -> new XZOutputStream(bytes, new LZMA2Options(LZMA2Options.PRESET_MIN));
        }) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        new Random(1).nextBytes(content);
        Arrays.fill(content, 0, length / 2, (byte) 'x');
        return content;
    }
}
