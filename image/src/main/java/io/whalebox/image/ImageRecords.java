package io.whalebox.image;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.PrivateDirectory;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The images that exist, named or not: a file for each id, which tells its manifest. */
final class ImageRecords {
    private static final Pattern ID_PREFIX = Pattern.compile("(?:sha256:)?([0-9a-f]{1,64})");

    private static final int DIGITS = 64;

    private final Path directory;
    private final Staging staging;
    private final ParsedFiles<Descriptor> manifests =
            new ParsedFiles<>((content, file) -> Documents.read(Descriptor.class, content, file.toString()));

    ImageRecords(Path directory, Staging staging) {
        this.directory = PrivateDirectory.make(directory);
        this.staging = staging;
    }

    /** The manifest of an image. */
    Optional<Descriptor> find(Digest id) {
        try {
            return manifests.read(directory.resolve(id.hex()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void put(Lease lease, Digest id, Descriptor manifest) {
        staging.publish(lease, Documents.write(Descriptor.class, manifest), directory.resolve(id.hex()));
    }

    void remove(Digest id) {
        StoreDirectory.delete(directory.resolve(id.hex()));
    }

    List<Digest> list() {
        return StoreDirectory.list(directory).stream().map(Digest::new).toList();
    }

    /** The one image whose id begins so, with or without the name of the algorithm. */
    Optional<Digest> findByPrefix(String text) {
        Matcher matcher = ID_PREFIX.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String prefix = matcher.group(1);
        if (prefix.length() == DIGITS) {
            return Optional.of(new Digest(prefix)).filter(id -> find(id).isPresent());
        }
        List<Digest> found =
                list().stream().filter(id -> id.hex().startsWith(prefix)).toList();
        if (found.size() > 1) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, "multiple IDs found with provided prefix: " + prefix + ", give more digits");
        }
        return found.stream().findFirst();
    }

    /** Whether a text can only be an id: 64 digits are no name. */
    static boolean isId(String text) {
        Matcher matcher = ID_PREFIX.matcher(text);
        return matcher.matches() && matcher.group(1).length() == DIGITS;
    }

    /** Whether a text is the id, or the first digits of it. */
    static boolean isPrefix(String text, Digest id) {
        return id.toString().startsWith(text) || id.hex().startsWith(text);
    }
}
