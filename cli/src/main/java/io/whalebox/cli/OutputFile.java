package io.whalebox.cli;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Terminal;
import io.whalebox.linux.WhaleboxException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Where commands put archives: a file, which then has all of it or stays as it was, or standard output. */
final class OutputFile {
    static final Flag<String> FLAG =
            Flag.text("output", "Write to a file instead of standard output").shorthand('o');

    private static final int BUFFER = 256 << 10;

    private OutputFile() {}

    /** Writes an archive. */
    interface Writer {
        void write(OutputStream out) throws IOException;
    }

    /**
     * Writes to where the flag says.
     *
     * @param what would be written, for the refusal to write that to a terminal
     */
    static void write(CommandLine line, Console console, String what, Writer writer) {
        Optional<String> name = line.value(FLAG).filter(text -> !text.isEmpty());
        if (name.isPresent()) {
            toFile(console.directory().resolve(name.get()), writer);
            return;
        }
        if (Terminal.of(console.caller().output()).isPresent()) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "cowardly refusing to " + what + " to a terminal: use the -o flag or redirect the output");
        }
        run(writer, console.out());
        console.out().flush();
    }

    private static void run(Writer writer, OutputStream out) {
        try {
            OutputStream buffered = new BufferedOutputStream(out, BUFFER);
            writer.write(buffered);
            buffered.flush();
        } catch (IOException e) {
            throw new WhaleboxException(ErrorKind.INTERNAL, "cannot read what is to be written: " + e.getMessage(), e);
        }
    }

    private static void toFile(Path path, Writer writer) {
        Path directory = Optional.ofNullable(path.getParent()).orElse(path);
        if (!Files.isDirectory(directory)) {
            throw new WhaleboxException(
                    ErrorKind.NOT_FOUND, "invalid output path: directory " + directory + " does not exist");
        }
        if (Files.isDirectory(path)) {
            throw new WhaleboxException(ErrorKind.INVALID, "invalid output path: " + path + " is a directory");
        }
        try {
            if (Files.exists(path) && !Files.isRegularFile(path)) {
                // A device or a pipe can't be replaced by a file, and is not meant to be.
                try (Sink sink = new Sink(Files.newOutputStream(path, StandardOpenOption.WRITE), path.toString())) {
                    run(writer, sink);
                }
                return;
            }
            replace(path, directory, writer);
        } catch (IOException e) {
            throw Sink.failure(path.toString(), e);
        }
    }

    private static void replace(Path path, Path directory, Writer writer) throws IOException {
        Path staged = Files.createTempFile(directory, "." + path.getFileName() + "-", "");
        try {
            try (FileChannel file = FileChannel.open(staged, StandardOpenOption.WRITE);
                    Sink sink = new Sink(Channels.newOutputStream(file), path.toString())) {
                run(writer, sink);
                // Before it has its name: what is there after a crash is whole.
                file.force(true);
            }
            Files.move(staged, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(staged);
        }
    }
}
