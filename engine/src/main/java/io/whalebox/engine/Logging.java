package io.whalebox.engine;

import io.avaje.jsonb.Json;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Monitored;
import java.util.Map;
import java.util.Set;

/**
 * Where a container's output is recorded.
 *
 * @param driver what Docker calls it; {@code none}, or one of the names for files, which here are all the same
 * @param options as the user gave them
 * @param maxBytes how large a file may become; 0 for as large as it will
 * @param maxFiles how many there are at most
 */
@Json
public record Logging(String driver, Map<String, String> options, long maxBytes, int maxFiles) {
    private static final String NONE = "none";
    private static final Set<String> FILES = Set.of("json-file", "local", "k8s-file");

    /** One file without end. */
    public static final Logging STANDARD = new Logging("json-file", Map.of(), 0, 1);

    /** @throws WhaleboxException INVALID for a driver that there is none of */
    public Logging {
        options = Map.copyOf(options);
        if (!driver.equals(NONE) && !FILES.contains(driver)) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "error looking up logging plugin " + driver + ": plugin \"" + driver
                            + "\" not found: there are json-file, local, k8s-file and none");
        }
    }

    /** Nowhere. */
    public static Logging none() {
        return new Logging(NONE, Map.of(), 0, 1);
    }

    /** Whether there is anything to read. */
    public boolean isRecorded() {
        return !driver.equals(NONE);
    }

    Monitored.Log monitored() {
        return isRecorded() ? new Monitored.Log.Files(maxBytes, maxFiles) : new Monitored.Log.None();
    }
}
