package io.whalebox.engine.volume;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Randomness;
import io.whalebox.linux.WhaleboxException;
import java.util.regex.Pattern;

/** What a volume may be called: as Docker has it, and so always the name of one directory and never a path. */
public record VolumeName(String text) {
    private static final Pattern ALLOWED = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]*");
    private static final int RANDOM_BYTES = 32;

    /** @throws WhaleboxException INVALID, in Docker's words */
    public VolumeName {
        if (text.length() == 1) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "create " + text
                            + ": volume name is too short, names should be at least two alphanumeric characters");
        }
        if (!isName(text)) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "create " + text + ": \"" + text + "\" includes invalid characters for a local volume name, only"
                            + " \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory,"
                            + " use absolute path");
        }
    }

    static boolean isName(String text) {
        return ALLOWED.matcher(text).matches();
    }

    /** One that nobody else has. */
    public static VolumeName random() {
        return new VolumeName(Randomness.hex(RANDOM_BYTES));
    }

    @Override
    public String toString() {
        return text;
    }
}
