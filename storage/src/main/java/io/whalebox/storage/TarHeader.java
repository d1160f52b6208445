package io.whalebox.storage;

import io.whalebox.linux.DeviceNumber;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/**
 * One header block (tar(5)): the fields that every kind of tar shares, the ustar prefix, and what GNU tar put in its
 * place.
 */
final class TarHeader {
    static final int SIZE = 512;

    private static final int CHECKSUM = 148;
    private static final int CHECKSUM_LENGTH = 8;
    private static final int MAGIC = 257;
    private static final byte[] USTAR = "ustar\0".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GNU = "ustar  \0".getBytes(StandardCharsets.US_ASCII);
    private static final int PREFIX = 345;
    private static final int PREFIX_LENGTH = 155;
    private static final int GNU_ACCESSED = 345;
    private static final int GNU_CHANGED = 357;
    private static final int TIME_LENGTH = 12;

    /** The last id that a process or file can have; the one above means "leave it as it is" to chown(2). */
    private static final long MAX_ID = 0xfffffffeL;

    private final byte[] block;
    private final long offset;

    /** Reads a block whose bytes stay the caller's, and the caller's to keep until this header is done with. */
    TarHeader(byte[] block, long offset) {
        this.block = block;
        this.offset = offset;
        verify();
    }

    static boolean isZero(byte[] block) {
        for (byte b : block) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private void verify() {
        // Some old tars added the bytes as signed numbers, so either sum is right.
        long unsigned = 0;
        long signed = 0;
        for (int i = 0; i < SIZE; i++) {
            byte b = i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LENGTH ? (byte) ' ' : block[i];
            unsigned += b & 0xff;
            signed += b;
        }
        long stored = number(CHECKSUM, CHECKSUM_LENGTH, "checksum");
        if (stored != unsigned && stored != signed) {
            throw invalid(offset, "the checksum of the header does not match");
        }
    }

    byte type() {
        return block[156];
    }

    byte[] name() {
        byte[] name = string(0, 100);
        if (magic(USTAR) || isGnuWithPrefix()) {
            byte[] prefix = string(PREFIX, PREFIX_LENGTH);
            if (prefix.length > 0) {
                byte[] whole = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
                whole[prefix.length] = '/';
                System.arraycopy(name, 0, whole, prefix.length + 1, name.length);
                return whole;
            }
        }
        return name;
    }

    /**
     * Go before 1.8, and so Docker before 1.13, could write a GNU header with a ustar prefix, where GNU tar has two
     * times. Such layers are still in registries.
     */
    private boolean isGnuWithPrefix() {
        return magic(GNU)
                && block[GNU_ACCESSED] != 0
                && TarNumber.parse(block, GNU_ACCESSED, TIME_LENGTH).isEmpty()
                && TarNumber.parse(block, GNU_CHANGED, TIME_LENGTH).isEmpty();
    }

    byte[] linkName() {
        return string(157, 100);
    }

    int mode() {
        // Some archives put the whole of st_mode here; the type is told elsewhere.
        return (int) number(100, 8, "mode") & 07777;
    }

    int uid() {
        return id(number(108, 8, "uid"), "uid", offset);
    }

    int gid() {
        return id(number(116, 8, "gid"), "gid", offset);
    }

    static int id(long value, String field, long offset) {
        if (value < 0 || value > MAX_ID) {
            throw invalid(offset, field + " " + value + " is out of range");
        }
        return (int) value;
    }

    /** The length of what follows the header, before padding. */
    long size() {
        return size(number(124, 12, "size"), offset);
    }

    static long size(long value, long offset) {
        if (value < 0) {
            throw invalid(offset, "the size " + value + " is negative");
        }
        return value;
    }

    Instant modified() {
        return instant(number(136, 12, "mtime"), 0, offset);
    }

    Optional<Instant> accessed() {
        if (!magic(GNU) || block[GNU_ACCESSED] == 0) {
            return Optional.empty();
        }
        return TarNumber.parse(block, GNU_ACCESSED, TIME_LENGTH).map(seconds -> instant(seconds, 0, offset));
    }

    static Instant instant(long seconds, int nanos, long offset) {
        if (seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()) {
            throw invalid(offset, "the time " + seconds + " is out of range");
        }
        return Instant.ofEpochSecond(seconds, nanos);
    }

    DeviceNumber device() {
        long major = number(329, 8, "device major number");
        long minor = number(337, 8, "device minor number");
        try {
            return new DeviceNumber(Math.toIntExact(major), Math.toIntExact(minor));
        } catch (ArithmeticException | WhaleboxException e) {
            throw invalid(offset, "the device number " + major + ":" + minor + " is out of range");
        }
    }

    /** The number in a field that only some kinds of header have. */
    long number(int start, int length, String field) {
        return TarNumber.parse(block, start, length)
                .orElseThrow(() -> invalid(offset, "the " + field + " is not a number"));
    }

    private byte[] string(int start, int length) {
        int end = start;
        while (end < start + length && block[end] != 0) {
            end++;
        }
        return Arrays.copyOfRange(block, start, end);
    }

    private boolean magic(byte[] magic) {
        return Arrays.equals(block, MAGIC, MAGIC + magic.length, magic, 0, magic.length);
    }

    static WhaleboxException invalid(long offset, String why) {
        return new WhaleboxException(
                ErrorKind.INVALID, "the tar archive is broken at the entry at byte " + offset + ": " + why);
    }
}
