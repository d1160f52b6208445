package io.whalebox.cli;

import java.nio.file.Path;
import java.util.Optional;

/**
 * One end of a copy as its user writes it: {@code CONTAINER:PATH} or a path of the host.
 *
 * @param container whose path it is; empty for the host's
 */
record CopySide(Optional<String> container, String path) {
    /** What is absolute, begins with a dot or has no colon is of the host. */
    static CopySide parse(String text) {
        int colon = text.indexOf(':');
        if (text.startsWith("/") || text.startsWith(".") || colon < 0) {
            return new CopySide(Optional.empty(), text);
        }
        return new CopySide(Optional.of(text.substring(0, colon)), text.substring(colon + 1));
    }

    /** Whether only what is in the directory is meant, and not the directory. */
    static boolean meansContent(String path) {
        return path.endsWith("/.") || path.equals(".");
    }

    /** Whether it can be a directory only. */
    static boolean claimsDirectory(String path) {
        return path.endsWith("/") || meansContent(path);
    }

    /** The path without steps back and double slashes; its last step is {@code .} where only content is meant. */
    static String clean(String path) {
        String clean = Path.of("/").resolve(path).normalize().toString();
        return meansContent(path) ? (clean.equals("/") ? "/." : clean + "/.") : clean;
    }

    /** The last step of a clean path; {@code /} for the root. */
    static String base(String clean) {
        return clean.equals("/") ? "/" : clean.substring(clean.lastIndexOf('/') + 1);
    }

    /** All but the last step of a clean path. */
    static String parent(String clean) {
        int slash = clean.lastIndexOf('/');
        return slash <= 0 ? "/" : clean.substring(0, slash);
    }
}
