package io.whalebox.storage;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes tar archives for tests, broken and hostile ones as well: every field of a header can be overwritten. */
final class TarFixture {
    static final int BLOCK = 512;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** A header block in the making. */
    static final class Header {
        private final byte[] block = new byte[BLOCK];

        Header(char type, byte[] name) {
            text(0, 100, name).octal(100, 8, 0644).octal(108, 8, 0).octal(116, 8, 0);
            octal(124, 12, 0).octal(136, 12, 1_000_000_000).text(257, 8, bytes("ustar\00000"));
            block[156] = (byte) type;
        }

        Header text(int start, int length, byte[] value) {
            Arrays.fill(block, start, start + length, (byte) 0);
            System.arraycopy(value, 0, block, start, Math.min(length, value.length));
            return this;
        }

        Header octal(int start, int length, long value) {
            return text(start, length, bytes(String.format("%0" + (length - 1) + "o", value)));
        }

        Header base256(int start, int length, long value) {
            for (int i = start + length - 1; i >= start; i--) {
                block[i] = i > start + length - 9
                        ? (byte) (value >> (8 * (start + length - 1 - i)))
                        : (byte) (value >> 63);
            }
            block[start] = (byte) (block[start] | 0x80);
            return this;
        }

        Header mode(int mode) {
            return octal(100, 8, mode);
        }

        Header owner(int uid, int gid) {
            return octal(108, 8, uid).octal(116, 8, gid);
        }

        Header size(long size) {
            return octal(124, 12, size);
        }

        Header modified(long seconds) {
            return octal(136, 12, seconds);
        }

        Header link(byte[] target) {
            return text(157, 100, target);
        }

        Header device(int major, int minor) {
            return octal(329, 8, major).octal(337, 8, minor);
        }

        Header gnu() {
            return text(257, 8, bytes("ustar  "));
        }

        byte[] sealed() {
            Arrays.fill(block, 148, 156, (byte) ' ');
            long sum = 0;
            for (byte b : block) {
                sum += b & 0xff;
            }
            return text(148, 8, bytes(String.format("%06o", sum) + "\0 ")).block;
        }
    }

    static Header header(char type, String name) {
        return new Header(type, bytes(name));
    }

    TarFixture raw(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    TarFixture add(Header header) {
        return raw(header.sealed());
    }

    /** A header, its content, and the padding; the size in the header is the caller's. */
    TarFixture add(Header header, byte[] content) {
        return add(header).raw(content).raw(new byte[-content.length & (BLOCK - 1)]);
    }

    TarFixture file(String name, String content) {
        byte[] bytes = bytes(content);
        return add(header('0', name).size(bytes.length), bytes);
    }

    TarFixture directory(String name) {
        return add(header('5', name).mode(0755));
    }

    TarFixture symlink(String name, String target) {
        return add(header('2', name).mode(0777).link(bytes(target)));
    }

    TarFixture hardLink(String name, String target) {
        return add(header('1', name).link(bytes(target)));
    }

    /** A pax header of these keys and values in turn. */
    TarFixture pax(String... keysAndValues) {
        return extended('x', keysAndValues);
    }

    TarFixture global(String... keysAndValues) {
        return extended('g', keysAndValues);
    }

    private TarFixture extended(char type, String... keysAndValues) {
        ByteArrayOutputStream records = new ByteArrayOutputStream();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            records.writeBytes(record(keysAndValues[i], bytes(keysAndValues[i + 1])));
        }
        return paxRecords(type, records.toByteArray());
    }

    TarFixture paxRecords(char type, byte[] records) {
        return add(header(type, "PaxHeaders/x").size(records.length), records);
    }

    static byte[] record(String key, byte[] value) {
        byte[] tail = bytes(" " + key + "=");
        int length = tail.length + value.length + 1;
        int digits = 1;
        while (Integer.toString(length + digits).length() > digits) {
            digits++;
        }
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        record.writeBytes(bytes(Integer.toString(length + digits)));
        record.writeBytes(tail);
        record.writeBytes(value);
        record.write('\n');
        return record.toByteArray();
    }

    TarFixture gnuLong(char type, byte[] name) {
        byte[] content = Arrays.copyOf(name, name.length + 1);
        return add(header(type, "././@LongLink").gnu().size(content.length), content);
    }

    TarFixture end() {
        return raw(new byte[2 * BLOCK]);
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    InputStream stream() {
        return new ByteArrayInputStream(bytes());
    }

    /** A Java string whose characters are bytes, so that {@code "\u00ff"} is the byte 0xff. */
    static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }
}
