package io.whalebox.runtime;

import io.whalebox.linux.Directory;
import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileName;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.WhaleboxException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a monitored container ended, as its monitor wrote it into the container's directory: one line such as
 * {@code 00256 2026-11-24T20:22:16.123456789Z}. The file is there when the container has ended and its log is complete,
 * and is whole then.
 *
 * @param status of the container's first process
 * @param at when the monitor learned of it
 */
public record ExitFile(WaitStatus status, Instant at) {
    private static final FileName NAME = FileName.of("exit");
    private static final int MAX_SIZE = 64;
    private static final Pattern LINE =
            Pattern.compile("(\\d{5}) (\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z)\n");

    /**
     * Reads the file; empty while there is none, since the container runs or its monitor was killed.
     *
     * @throws WhaleboxException if the file is not a monitor's
     */
    public static Optional<ExitFile> read(Directory directory) {
        String text;
        try {
            text = new String(directory.read(NAME, MAX_SIZE), StandardCharsets.US_ASCII);
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT)) {
                return Optional.empty();
            }
            throw e;
        }
        Matcher line = LINE.matcher(text);
        if (!line.matches()) {
            throw new WhaleboxException(
                    ErrorKind.INTERNAL, "could not read how the container ended: its exit file is damaged; remove it");
        }
        return Optional.of(new ExitFile(new WaitStatus(Integer.parseInt(line.group(1))), Instant.parse(line.group(2))));
    }
}
