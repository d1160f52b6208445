package io.whalebox.acceptance;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A tar archive written entry by entry, with whatever names and links: no tar program would write some of these. */
final class TarArchive {
    private static final int BLOCK = 512;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    TarArchive file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8), 0644);
    }

    TarArchive file(String name, byte[] content, int mode) {
        header(name, '0', mode, content.length, "", 0, 0);
        bytes.writeBytes(content);
        bytes.writeBytes(new byte[-content.length & (BLOCK - 1)]);
        return this;
    }

    TarArchive directory(String name) {
        header(name, '5', 0755, 0, "", 0, 0);
        return this;
    }

    TarArchive symbolicLink(String name, String target) {
        header(name, '2', 0777, 0, target, 0, 0);
        return this;
    }

    TarArchive hardLink(String name, String target) {
        header(name, '1', 0644, 0, target, 0, 0);
        return this;
    }

    TarArchive characterDevice(String name, int major, int minor) {
        header(name, '3', 0666, 0, "", major, minor);
        return this;
    }

    /** A header that announces content which does not follow. */
    TarArchive announced(String name, long size) {
        header(name, '0', 0644, size, "", 0, 0);
        return this;
    }

    /** The whole archive, with the two empty blocks that end it. */
    byte[] end() {
        bytes.writeBytes(new byte[2 * BLOCK]);
        return bytes.toByteArray();
    }

    byte[] withoutEnd() {
        return bytes.toByteArray();
    }

    private void header(String name, char type, int mode, long size, String link, int major, int minor) {
        byte[] block = new byte[BLOCK];
        put(block, 0, name);
        put(block, 100, "%07o".formatted(mode));
        put(block, 108, "%07o".formatted(0));
        put(block, 116, "%07o".formatted(0));
        put(block, 124, "%011o".formatted(size));
        put(block, 136, "%011o".formatted(1_700_000_000));
        Arrays.fill(block, 148, 156, (byte) ' ');
        block[156] = (byte) type;
        put(block, 157, link);
        put(block, 257, "ustar");
        put(block, 263, "00");
        put(block, 329, "%07o".formatted(major));
        put(block, 337, "%07o".formatted(minor));
        int sum = 0;
        for (byte value : block) {
            sum += value & 0xff;
        }
        put(block, 148, "%06o".formatted(sum));
        bytes.writeBytes(block);
    }

    private static void put(byte[] block, int at, String text) {
        byte[] field = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(field, 0, block, at, field.length);
    }
}
