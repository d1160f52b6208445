package io.whalebox.runtime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One entry of a log as the CRI describes it, read plainly: bytes are characters of ISO 8859-1. */
record LogEntry(Instant time, String stream, boolean whole, String text) {
    private static final Pattern ENTRY = Pattern.compile(
            "(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z) (stdout|stderr) ([FP]) (.*)", Pattern.DOTALL);

    static List<LogEntry> read(Path file) throws IOException {
        String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        List<LogEntry> entries = new ArrayList<>();
        if (content.isEmpty()) {
            return entries;
        }
        if (!content.endsWith("\n")) {
            throw new IllegalStateException("the log ends within an entry");
        }
        for (String line : content.substring(0, content.length() - 1).split("\n", -1)) {
            Matcher entry = ENTRY.matcher(line);
            if (!entry.matches()) {
                throw new IllegalStateException("no entry: " + line);
            }
            entries.add(new LogEntry(
                    Instant.parse(entry.group(1)),
                    entry.group(2),
                    entry.group(3).equals("F"),
                    entry.group(4)));
        }
        return entries;
    }

    /** What was written to a stream, to the byte. */
    static byte[] bytes(List<LogEntry> entries, String stream) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (LogEntry entry : entries) {
            if (entry.stream().equals(stream)) {
                out.writeBytes(entry.text().getBytes(StandardCharsets.ISO_8859_1));
                if (entry.whole()) {
                    out.write('\n');
                }
            }
        }
        return out.toByteArray();
    }
}
