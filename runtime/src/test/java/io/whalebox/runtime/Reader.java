package io.whalebox.runtime;

import io.whalebox.linux.Fd;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Reads a descriptor as a user's program would, waiting for what comes. */
final class Reader {
    private static final int CHUNK = 64 * 1024;

    private final Fd from;

    Reader(Fd from) {
        this.from = from;
    }

    /** Up to a newline, or to the end. */
    String line() {
        StringBuilder line = new StringBuilder();
        for (byte[] next = some(1); next.length > 0 && next[0] != '\n'; next = some(1)) {
            line.append((char) next[0]);
        }
        return line.toString();
    }

    /** Up to and with a text. */
    String until(String text) {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            byte[] next = some(1);
            if (next.length == 0) {
                throw new IllegalStateException("ended after: " + read);
            }
            read.append((char) next[0]);
        }
        return read.toString();
    }

    /** Up to the end. */
    byte[] all() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] next = some(CHUNK); next.length > 0; next = some(CHUNK)) {
            all.writeBytes(next);
        }
        return all.toByteArray();
    }

    String text() {
        return new String(all(), StandardCharsets.ISO_8859_1);
    }

    /** What is there, at most so much; nothing at the end. */
    byte[] some(int most) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(most);
            return buffer.asSlice(0, from.read(buffer)).toArray(ValueLayout.JAVA_BYTE);
        }
    }
}
