package io.whalebox.engine;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.regex.Pattern;

/** What a container may be called: as Docker has it, and so always the name of one file and never a path. */
record ContainerName(String text) {
    private static final Pattern ALLOWED = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]+");

    /** @throws WhaleboxException INVALID, in Docker's words */
    ContainerName {
        if (!isName(text)) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "Invalid container name (" + text + "), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
        }
    }

    static boolean isName(String text) {
        return ALLOWED.matcher(text).matches();
    }

    @Override
    public String toString() {
        return text;
    }
}
