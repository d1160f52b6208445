package io.whalebox.image;

import io.avaje.jsonb.Json;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.PrivateDirectory;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which image each name means: one small file a name, so that looking one up costs the same however many there are.
 * A file is replaced whole, and readers need no lock; who changes names holds the store's lock.
 */
final class References {
    private static final System.Logger LOG = Loggers.named("io.whalebox.image");

    /** The longest file name is 255 bytes, and a name may be longer than that. */
    private static final int LONGEST_PLAIN = 200;

    private final Path directory;
    private final Staging staging;
    private final ParsedFiles<Named> parsed =
            new ParsedFiles<>((content, file) -> Named.of(Documents.read(Entry.class, content, file.toString())));

    /** What a file says. */
    private record Named(Reference name, Digest image) {
        static Named of(Entry entry) {
            return new Named(Reference.parse(entry.name()), entry.image());
        }
    }

    References(Path directory, Staging staging) {
        this.directory = PrivateDirectory.make(directory);
        this.staging = staging;
    }

    /** The image that a name means. */
    Optional<Digest> find(Reference name) {
        return read(file(name)).map(Named::image);
    }

    void put(Lease lease, Reference name, Digest image) {
        staging.publish(lease, Documents.write(Entry.class, new Entry(name.full(), image)), file(name));
    }

    void remove(Reference name) {
        StoreDirectory.delete(file(name));
    }

    /** All names with their images. */
    SortedMap<Reference, Digest> list() {
        SortedMap<Reference, Digest> names = new TreeMap<>();
        for (String file : StoreDirectory.list(directory)) {
            try {
                read(directory.resolve(file)).ifPresent(named -> names.put(named.name(), named.image()));
            } catch (WhaleboxException e) {
                // One damaged file hides one name, and not all.
                LOG.log(Level.WARNING, "the name in {0} is left out: {1}", file, e.getMessage());
            }
        }
        return names;
    }

    private Optional<Named> read(Path file) {
        try {
            return parsed.read(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A plus cannot occur in a name, so it stands for the slash, which cannot occur in a file name. */
    private Path file(Reference name) {
        String plain = name.full().replace('/', '+');
        return directory.resolve(
                plain.length() <= LONGEST_PLAIN
                        ? plain
                        : '+'
                                + Digest.of(plain.getBytes(StandardCharsets.UTF_8))
                                        .hex());
    }

    /** What a file holds; the name too, since a long one is not its file's. */
    @Json
    record Entry(String name, Digest image) {
        Entry {
            name = Documents.required(name, "name");
            image = Documents.required(image, "image");
        }
    }
}
