package io.whalebox.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** An archive of the shape that distributions' layers have: many small files, some large ones, few directories. */
final class SampleLayer {
    private static final int BLOCK = 512;
    private static final int DIRECTORIES = 50;
    private static final int FILES_IN_EACH = 40;
    private static final int LARGE_FILES = 8;
    private static final int LARGE = 4 << 20;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    // The same archive each time, or two runs could not be compared.
    private final Random random = new Random(1);

    private SampleLayer() {}

    static byte[] tar() {
        SampleLayer layer = new SampleLayer();
        for (int directory = 0; directory < DIRECTORIES; directory++) {
            String name = "usr/share/package-" + directory + "/";
            layer.entry(name, '5', 0);
            for (int file = 0; file < FILES_IN_EACH; file++) {
                layer.entry(name + "file-" + file, '0', layer.random.nextInt(200, 12_000));
            }
        }
        for (int file = 0; file < LARGE_FILES; file++) {
            layer.entry("usr/lib/library-" + file + ".so", '0', LARGE);
        }
        layer.out.writeBytes(new byte[2 * BLOCK]);
        return layer.out.toByteArray();
    }

    private void entry(String name, char type, int size) {
        byte[] header = new byte[BLOCK];
        put(header, 0, name);
        put(header, 100, "0000755");
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, "%011o".formatted(size));
        put(header, 136, "%011o".formatted(1_700_000_000));
        Arrays.fill(header, 148, 156, (byte) ' ');
        header[156] = (byte) type;
        put(header, 257, "ustar");
        put(header, 263, "00");
        int sum = 0;
        for (byte value : header) {
            sum += value & 0xff;
        }
        put(header, 148, "%06o".formatted(sum));
        out.writeBytes(header);
        out.writeBytes(content(size));
        out.writeBytes(new byte[-size & (BLOCK - 1)]);
    }

    /** Compresses about as well as programs do. */
    private byte[] content(int size) {
        byte[] content = new byte[size];
        for (int i = 0; i < size; i++) {
            content[i] = (byte) random.nextInt(i % 4 == 0 ? 256 : 4);
        }
        return content;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] field = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(field, 0, header, at, field.length);
    }
}
