package io.whalebox.storage;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of some content, which is also its name (OCI image specification, "Digests"). It is always 64 lower-case
 * hexadecimal digits, so it is safe as a file name.
 *
 * @param hex the digits alone; {@link #toString} puts the algorithm before them
 */
public record Digest(String hex) implements Comparable<Digest> {
    private static final String PREFIX = "sha256:";
    private static final int DIGITS = 64;

    /** How many digits Docker prints where space is short. */
    private static final int SHORT_DIGITS = 12;

    public Digest {
        if (hex.length() != DIGITS || !hex.chars().allMatch(Digest::isLowerHex)) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, "invalid digest " + abbreviated(hex) + ": expected 64 hexadecimal digits");
        }
    }

    /** Reads {@code sha256:…}; other algorithms are refused, since no image in use needs them. */
    public static Digest parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, "invalid digest " + abbreviated(text) + ": expected sha256: and 64 digits");
        }
        return new Digest(text.substring(PREFIX.length()));
    }

    /** The digest of these bytes. */
    public static Digest of(byte[] content) {
        MessageDigest hash = newHash();
        hash.update(content);
        return of(hash);
    }

    /** The digest of all that was put into this hash, which is reset. */
    public static Digest of(MessageDigest hash) {
        return new Digest(HexFormat.of().formatHex(hash.digest()));
    }

    /** A hash to feed with content, for {@link #of(MessageDigest)}. */
    public static MessageDigest newHash() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new AssertionError(everyJavaHasIt);
        }
    }

    /** The first digits, as Docker prints an id where space is short. */
    public String shortId() {
        return hex.substring(0, SHORT_DIGITS);
    }

    // Written out, since those that the compiler derives are linked at first use, and every command compares digests.
    @Override
    public boolean equals(Object other) {
        return other instanceof Digest that && hex.equals(that.hex);
    }

    @Override
    public int hashCode() {
        return hex.hashCode();
    }

    @Override
    public int compareTo(Digest other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return PREFIX + hex;
    }

    private static boolean isLowerHex(int c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }

    /** Hostile text goes into a message only so far. */
    private static String abbreviated(String text) {
        int longest = 80;
        return text.length() <= longest ? '"' + text + '"' : '"' + text.substring(0, longest) + "…\"";
    }
}
