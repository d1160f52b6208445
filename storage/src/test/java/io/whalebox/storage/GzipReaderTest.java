package io.whalebox.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class GzipReaderTest {
    private static final byte[] DATA = new byte[300_000];

    static {
        new Random(1).nextBytes(DATA);
        Arrays.fill(DATA, 100_000, 200_000, (byte) 'x');
    }

    private static byte[] gzip(byte[] data) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(data);
        }
        return out.toByteArray();
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static byte[] read(byte[] gzip) throws IOException {
        try (GzipReader reader = new GzipReader(new ByteArrayInputStream(gzip))) {
            return reader.readAllBytes();
        }
    }

    @Test
    void readsOneMember() throws IOException {
        assertThat(read(gzip(DATA))).isEqualTo(DATA);
        assertThat(read(gzip(new byte[0]))).isEmpty();
    }

    @Test
    void readsManyMembersAlsoFromASourceThatGivesOneByteAtATime() throws IOException {
        byte[] members = concat(gzip(DATA), concat(gzip(new byte[0]), gzip(DATA)));
        InputStream slow = new ByteArrayInputStream(members) {
            @Override
            public synchronized int read(byte[] into, int start, int length) {
                return super.read(into, start, Math.min(1, length));
            }

            @Override
            public synchronized int available() {
                return 0;
            }
        };

        try (GzipReader reader = new GzipReader(slow)) {
            assertThat(reader.readAllBytes()).isEqualTo(concat(DATA, DATA));
        }
    }

    @Test
    void readsAHeaderWithEveryField() throws IOException {
        byte[] plain = gzip(DATA);
        byte[] header = {0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 0, 0, 0, 0, 0, 3, 2, 0, 9, 9, 'n', 0, 'c', 0, 1, 2};
        byte[] full = concat(header, Arrays.copyOfRange(plain, 10, plain.length));

        assertThat(read(full)).isEqualTo(DATA);
    }

    @Test
    void letsZerosPassAtTheEndAndNothingElse() throws IOException {
        assertThat(read(concat(gzip(DATA), new byte[1000]))).isEqualTo(DATA);
        assertThatThrownBy(() -> read(concat(gzip(DATA), new byte[] {0, 0, 1})))
                .hasMessage("something follows the gzip data");
        assertThatThrownBy(() -> read(concat(gzip(DATA), new byte[] {'x', 'y'})))
                .hasMessage("something follows the gzip data");
    }

    @Test
    void noticesEveryTruncation() throws IOException {
        byte[] gzip = gzip(Arrays.copyOf(DATA, 500));
        for (int length = 0; length < gzip.length; length++) {
            byte[] cut = Arrays.copyOf(gzip, length);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void noticesADamagedChecksumLengthAndMethod() throws IOException {
        byte[] gzip = gzip(DATA);
        for (int at : new int[] {0, 1, 2, gzip.length - 8, gzip.length - 1}) {
            byte[] damaged = gzip.clone();
            damaged[at] ^= 0x40;
            assertThatThrownBy(() -> read(damaged)).isInstanceOf(IOException.class);
        }
    }
}
