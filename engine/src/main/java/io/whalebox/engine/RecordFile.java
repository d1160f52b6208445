package io.whalebox.engine;

import io.avaje.jsonb.JsonType;
import io.whalebox.image.ParsedFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;

/**
 * A file of JSON that each container has in its directory. Other processes read and write them too.
 *
 * @param file its name
 * @param format made when first needed
 * @param parsed what is known of those of all containers
 */
record RecordFile<T>(String file, Supplier<JsonType<T>> format, ParsedFiles<T> parsed) {
    static <T> RecordFile<T> of(String file, Supplier<JsonType<T>> format) {
        return new RecordFile<>(file, format, ParsedFiles.ofJson(format));
    }

    /**
     * Writes it whole or not at all.
     *
     * @param lasting whether it is to be there after the machine has lost its power
     */
    void write(Path directory, T content, boolean lasting) {
        write(directory, "." + file, content, lasting);
    }

    /**
     * The same by way of a file that may be there, and becomes this one.
     *
     * @param first its name
     */
    void write(Path directory, String first, T content, boolean lasting) {
        Path staged = directory.resolve(first);
        Path place = directory.resolve(file);
        byte[] bytes = format.get().toJson(content).getBytes(StandardCharsets.UTF_8);
        try {
            if (lasting) {
                writeThrough(staged, bytes);
            } else {
                Files.write(staged, bytes);
            }
            Files.move(staged, place, StandardCopyOption.ATOMIC_MOVE);
            parsed.wrote(place, bytes, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeThrough(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            // Over what is there, and cut off after that: what is freed first may be another's before it is needed.
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.truncate(channel.position());
            channel.force(false);
        }
    }

    /** Knows nothing of a container's any more. */
    void forget(Path directory) {
        parsed.forget(directory.resolve(file));
    }
}
