package io.whalebox.cli;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A file of variables or labels, one {@code NAME=value} a line. Nothing is unquoted or expanded; a line that starts
 * with {@code #} is a comment; a name alone takes its value from the caller's environment, or is left out.
 */
final class EnvFile {
    /** Beyond this Docker's reader gives up; it also bounds what a wrong path such as a device can cost. */
    private static final int LONGEST_LINE = 64 * 1024;

    private static final long LARGEST_FILE = 16 << 20;

    private EnvFile() {}

    /**
     * @param kind what the file is called in messages: {@code env file}
     */
    static List<String> read(Path file, String kind, Environment environment) {
        List<String> variables = new ArrayList<>();
        String text = text(file, kind);
        int number = 0;
        for (String raw : text.split("\n", -1)) {
            number++;
            if (raw.length() >= LONGEST_LINE) {
                throw invalid(file, kind, "line " + number + " is too long");
            }
            entry(raw, file, kind, environment).ifPresent(variables::add);
        }
        return variables;
    }

    private static Optional<String> entry(String raw, Path file, String kind, Environment environment) {
        String line = (raw.endsWith("\r") ? raw.substring(0, raw.length() - 1) : raw).stripLeading();
        if (line.isEmpty() || line.charAt(0) == '#') {
            return Optional.empty();
        }
        int equals = line.indexOf('=');
        String name = equals < 0 ? line : line.substring(0, equals);
        if (name.chars().anyMatch(Character::isWhitespace)) {
            throw invalid(file, kind, "variable '" + name + "' contains whitespaces");
        }
        if (name.isEmpty()) {
            throw invalid(file, kind, "no variable name on line '" + line + "'");
        }
        return equals >= 0 ? Optional.of(line) : environment.get(name).map(value -> name + "=" + value);
    }

    private static String text(Path file, String kind) {
        try {
            if (Files.isDirectory(file)) {
                throw invalid(file, kind, "is a directory");
            }
            if (Files.isRegularFile(file) && Files.size(file) > LARGEST_FILE) {
                throw invalid(file, kind, "is larger than 16 MiB");
            }
            byte[] bytes;
            try (var in = Files.newInputStream(file)) {
                bytes = in.readNBytes((int) LARGEST_FILE);
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return text.startsWith("\ufeff") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new WhaleboxException(ErrorKind.INVALID, "invalid " + kind + " (" + file + "): it is not UTF-8", e);
        } catch (NoSuchFileException e) {
            throw new WhaleboxException(ErrorKind.INVALID, "open " + file + ": no such file or directory", e);
        } catch (IOException e) {
            throw new WhaleboxException(ErrorKind.INVALID, "read " + kind + " " + file + ": " + e.getMessage(), e);
        }
    }

    private static WhaleboxException invalid(Path file, String kind, String reason) {
        return Strconv.invalid("invalid " + kind + " (" + file + "): " + reason);
    }
}
