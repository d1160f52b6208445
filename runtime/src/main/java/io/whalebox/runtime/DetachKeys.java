package io.whalebox.runtime;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** The keys that a user types, one after the other, to leave a container's terminal without ending anything. */
public final class DetachKeys {
    /** What the monitor has room for. */
    static final int MAX = 8;

    /** No keys: there is no leaving. */
    public static final DetachKeys NONE = new DetachKeys(new byte[0]);

    /** {@code ctrl-p,ctrl-q}. */
    public static final DetachKeys DEFAULT = of("ctrl-p,ctrl-q");

    private final byte[] keys;

    private DetachKeys(byte[] keys) {
        this.keys = keys;
    }

    /**
     * Reads them as Docker writes them: single characters, or {@code ctrl-} and a letter or one of {@code @[\]^_},
     * with commas between.
     */
    public static DetachKeys of(String text) {
        ByteArrayOutputStream keys = new ByteArrayOutputStream();
        for (String key : text.split(",", -1)) {
            keys.write(key(text, key));
        }
        if (keys.size() > MAX) {
            throw invalid(text, "at most " + MAX + " keys are possible");
        }
        return new DetachKeys(keys.toByteArray());
    }

    private static int key(String text, String key) {
        String control = "ctrl-";
        if (key.length() == 1 && key.charAt(0) < 0x80) {
            return key.charAt(0);
        }
        if (key.length() == control.length() + 1 && key.startsWith(control)) {
            char character = key.charAt(control.length());
            if ((character >= '@' && character <= '_') || (character >= 'a' && character <= 'z')) {
                return character & 0x1f;
            }
        }
        throw invalid(text, "\"" + key + "\" is neither a character nor ctrl- and a letter");
    }

    private static WhaleboxException invalid(String text, String why) {
        return new WhaleboxException(ErrorKind.INVALID, "invalid detach keys \"" + text + "\": " + why);
    }

    byte[] bytes() {
        return keys.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DetachKeys that && Arrays.equals(keys, that.keys);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(keys);
    }
}
