package io.whalebox.linux;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The name of one file in one directory: bytes in no particular encoding, as the kernel takes them. It is never
 * empty, {@code .} or {@code ..} and holds no slash, so that it cannot name a file of another directory.
 */
public final class FileName implements Comparable<FileName> {
    /** What a directory entry can hold on Linux (NAME_MAX). */
    public static final int MAX_LENGTH = 255;

    /** Names the directory itself where a method of {@link Directory} asks for the entry to describe or change. */
    public static final FileName SELF = new FileName(new byte[] {'.'});

    private final byte[] bytes;

    private FileName(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The name with the bytes of this text. */
    public static FileName of(String name) {
        return checked(RawText.bytes(name));
    }

    /** The name with exactly these bytes. */
    public static FileName of(byte[] name) {
        return checked(name.clone());
    }

    /** The name in a part of an array. */
    public static FileName of(byte[] array, int start, int end) {
        return checked(Arrays.copyOfRange(array, start, end));
    }

    private static FileName checked(byte[] bytes) {
        if (bytes.length == 0) {
            throw invalid(bytes, "it is empty");
        }
        if (bytes.length > MAX_LENGTH) {
            throw invalid(bytes, "it is longer than " + MAX_LENGTH + " bytes");
        }
        if (bytes[0] == '.' && (bytes.length == 1 || (bytes.length == 2 && bytes[1] == '.'))) {
            throw invalid(bytes, "it leads to another directory");
        }
        for (byte b : bytes) {
            if (b == '/' || b == 0) {
                throw invalid(bytes, b == 0 ? "it holds a zero byte" : "it holds a slash");
            }
        }
        return new FileName(bytes);
    }

    private static WhaleboxException invalid(byte[] bytes, String why) {
        return new WhaleboxException(ErrorKind.INVALID, "invalid file name \"" + printable(bytes) + "\": " + why);
    }

    /** A copy of its bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** Its bytes, for callers in this package that promise not to change them. */
    byte[] shared() {
        return bytes;
    }

    public int length() {
        return bytes.length;
    }

    public boolean startsWith(byte[] prefix) {
        return bytes.length >= prefix.length && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }

    /**
     * Bytes from an archive or a directory, fit for a terminal and a log: as UTF-8 where they are that, with every
     * other byte and every control character as {@code \xNN}.
     */
    public static String printable(byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException notText) {
            text = new String(bytes, StandardCharsets.ISO_8859_1);
            return escaped(text, 0x7f);
        }
        return escaped(text, Character.MAX_CODE_POINT + 1);
    }

    private static String escaped(String text, int firstForeign) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (c >= firstForeign || Character.isISOControl(c)) {
                out.append(String.format("\\x%02x", c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    /** The order of the bytes as unsigned numbers, which is the C locale's. */
    @Override
    public int compareTo(FileName other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FileName name && Arrays.equals(bytes, name.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** See {@link #printable}. */
    @Override
    public String toString() {
        return printable(bytes);
    }
}
