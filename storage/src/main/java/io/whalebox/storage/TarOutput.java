package io.whalebox.storage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes a tar: ustar headers, with a pax header before each that can't hold something (POSIX pax, "ustar Interchange
 * Format" and "pax Extended Header"). The same entries always give the same bytes.
 */
public final class TarOutput {
    private static final int BLOCK = TarHeader.SIZE;
    private static final int LONGEST_NAME = 100;
    private static final long LARGEST_OCTAL_8 = (1 << 21) - 1;
    private static final long LARGEST_OCTAL_12 = (1L << 33) - 1;
    private static final int CHECKSUM = 148;

    private final OutputStream out;
    /** What is missing of the content of the entry that was put last. */
    private long missing;

    private int padding;

    /** Writes to a stream, which stays the caller's to close. */
    public TarOutput(OutputStream out) {
        this.out = out;
    }

    /** Begins an entry. A regular file's content follows, of exactly the size that the entry says. */
    public void put(TarEntry entry) throws IOException {
        requireWhole();
        Map<String, byte[]> records = records(entry);
        if (!records.isEmpty()) {
            byte[] body = body(records);
            // The name is for old tars, which unpack this as a file.
            header(
                    "PaxHeaders/entry".getBytes(StandardCharsets.US_ASCII),
                    'x',
                    new byte[0],
                    new Numbers(0644, 0, 0, body.length, 0, 0, 0));
            out.write(body);
            pad(body.length);
        }
        long size = entry.type() == EntryType.REGULAR ? entry.size() : 0;
        header(entry.path().shared(), type(entry.type()), entry.link().shared(), numbers(entry, size));
        missing = size;
        padding = (int) (-size & (BLOCK - 1));
    }

    /** Some of the content of the entry that was put last. */
    public void content(byte[] bytes, int offset, int length) throws IOException {
        if (length > missing) {
            throw new IllegalArgumentException("the entry is smaller than what is written of it");
        }
        out.write(bytes, offset, length);
        missing -= length;
        if (missing == 0) {
            out.write(new byte[padding]);
            padding = 0;
        }
    }

    private void requireWhole() {
        if (missing > 0) {
            throw new IllegalStateException("the last entry lacks " + missing + " bytes");
        }
    }

    private static char type(EntryType type) {
        return switch (type) {
            case REGULAR -> '0';
            case HARD_LINK -> '1';
            case SYMLINK -> '2';
            case CHARACTER_DEVICE -> '3';
            case BLOCK_DEVICE -> '4';
            case DIRECTORY -> '5';
            case FIFO -> '6';
        };
    }

    private record Numbers(int mode, long uid, long gid, long size, long seconds, int major, int minor) {}

    /** What does not fit is in the pax header, and then the field is 0. */
    private static Numbers numbers(TarEntry entry, long size) {
        boolean device = entry.type() == EntryType.CHARACTER_DEVICE || entry.type() == EntryType.BLOCK_DEVICE;
        return new Numbers(
                entry.mode(),
                ifFits(Integer.toUnsignedLong(entry.uid()), LARGEST_OCTAL_8),
                ifFits(Integer.toUnsignedLong(entry.gid()), LARGEST_OCTAL_8),
                ifFits(size, LARGEST_OCTAL_12),
                ifFits(entry.modified().getEpochSecond(), LARGEST_OCTAL_12),
                device ? entry.device().major() : 0,
                device ? entry.device().minor() : 0);
    }

    private static long ifFits(long value, long largest) {
        return value >= 0 && value <= largest ? value : 0;
    }

    private static Map<String, byte[]> records(TarEntry entry) {
        Map<String, byte[]> records = new TreeMap<>();
        if (!fits(entry.path())) {
            records.put("path", entry.path().shared());
        }
        if (!fits(entry.link())) {
            records.put("linkpath", entry.link().shared());
        }
        putIfTooLarge(records, "size", entry.size(), LARGEST_OCTAL_12);
        putIfTooLarge(records, "uid", Integer.toUnsignedLong(entry.uid()), LARGEST_OCTAL_8);
        putIfTooLarge(records, "gid", Integer.toUnsignedLong(entry.gid()), LARGEST_OCTAL_8);
        Instant time = entry.modified();
        if (time.getNano() != 0 || time.getEpochSecond() < 0 || time.getEpochSecond() > LARGEST_OCTAL_12) {
            records.put("mtime", ascii(seconds(time)));
        }
        entry.attributes().forEach((name, value) -> records.put("SCHILY.xattr." + name, value));
        return records;
    }

    private static boolean fits(TarPath path) {
        byte[] bytes = path.shared();
        boolean fits = bytes.length <= LONGEST_NAME;
        for (byte b : bytes) {
            fits &= b > 0;
        }
        return fits;
    }

    private static void putIfTooLarge(Map<String, byte[]> records, String name, long value, long largest) {
        if (value > largest) {
            records.put(name, ascii(Long.toString(value)));
        }
    }

    /** Decimal seconds; before 1970 the fraction counts towards the past too. */
    private static String seconds(Instant time) {
        long seconds = time.getEpochSecond();
        long nanos = time.getNano();
        String sign = "";
        if (seconds < 0) {
            sign = "-";
            seconds = nanos == 0 ? -seconds : -seconds - 1;
            nanos = nanos == 0 ? 0 : 1_000_000_000 - nanos;
        }
        String fraction = nanos == 0 ? "" : ".%09d".formatted(nanos).replaceAll("0+$", "");
        return sign + seconds + fraction;
    }

    /** Each record tells its own length, the digits of that included. */
    private static byte[] body(Map<String, byte[]> records) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        records.forEach((name, value) -> {
            byte[] key = name.getBytes(StandardCharsets.UTF_8);
            int rest = key.length + value.length + " =\n".length();
            int length = rest + Integer.toString(rest).length();
            length = rest + Integer.toString(length).length();
            body.writeBytes(ascii(length + " "));
            body.writeBytes(key);
            body.write('=');
            body.writeBytes(value);
            body.write('\n');
        });
        return body.toByteArray();
    }

    private void header(byte[] name, char type, byte[] link, Numbers numbers) throws IOException {
        byte[] block = new byte[BLOCK];
        put(block, 0, name, LONGEST_NAME);
        put(block, 100, octal(numbers.mode(), 7), 8);
        put(block, 108, octal(numbers.uid(), 7), 8);
        put(block, 116, octal(numbers.gid(), 7), 8);
        put(block, 124, octal(numbers.size(), 11), 12);
        put(block, 136, octal(numbers.seconds(), 11), 12);
        put(block, CHECKSUM, ascii("        "), 8);
        block[156] = (byte) type;
        put(block, 157, link, LONGEST_NAME);
        put(block, 257, ascii("ustar\00000"), 8);
        put(block, 329, octal(numbers.major(), 7), 8);
        put(block, 337, octal(numbers.minor(), 7), 8);
        int sum = 0;
        for (byte b : block) {
            sum += b & 0xff;
        }
        put(block, CHECKSUM, ascii("%06o\0 ".formatted(sum)), 8);
        out.write(block);
    }

    private static byte[] octal(long value, int digits) {
        return ascii(("%0" + digits + "o").formatted(value));
    }

    private static void put(byte[] block, int offset, byte[] value, int longest) {
        System.arraycopy(value, 0, block, offset, Math.min(value.length, longest));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void pad(long size) throws IOException {
        out.write(new byte[(int) (-size & (BLOCK - 1))]);
    }

    /** Ends the archive with two blocks of zeros. Not done after a failure: what lacks them is known to be cut off. */
    public void end() throws IOException {
        requireWhole();
        out.write(new byte[2 * BLOCK]);
    }
}
