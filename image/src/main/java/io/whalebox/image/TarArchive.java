package io.whalebox.image;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.TarEntry;
import io.whalebox.storage.TarReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A tar in a file that can be read at any place. Which file of it lies where is found by one pass over the headers, and
 * nothing is written anywhere: the documents in an archive come last as often as first.
 */
final class TarArchive implements Archive {
    /** Several times what an archive of a hundred images has. Each costs some memory. */
    private static final int MOST_ENTRIES = 20_000;
    /** Longer ones can't be meant: the longest that anyone writes names a digest in a directory. */
    private static final int LONGEST_NAME = 255;
    /** Old archives link a layer to that of another image, and no further. */
    private static final int MOST_LINKS = 8;

    private static final int HEADER = 512;
    private static final int BUFFER = 256 << 10;

    private final FileChannel file;
    private final Map<String, Entry> entries;

    private sealed interface Entry {
        record Content(long offset, long size) implements Entry {}

        record Link(String target) implements Entry {}

        /** Two files of one name: what is meant can't be told. */
        record Ambiguous() implements Entry {}
    }

    private TarArchive(FileChannel file, Map<String, Entry> entries) {
        this.file = file;
        this.entries = entries;
    }

    /** Opens an uncompressed tar. */
    static TarArchive open(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new TarArchive(file, index(new ChannelStream(file, 0, Long.MAX_VALUE)));
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    private static Map<String, Entry> index(InputStream in) {
        Map<String, Entry> entries = new HashMap<>();
        TarReader reader = new TarReader(new BufferedInputStream(in, BUFFER));
        int count = 0;
        for (Optional<TarEntry> next = reader.next(); next.isPresent(); next = reader.next()) {
            if (++count > MOST_ENTRIES) {
                throw new WhaleboxException(
                        ErrorKind.INVALID,
                        "the archive has more than " + MOST_ENTRIES
                                + " files, so it holds no images: import it, if it is a root file system");
            }
            TarEntry entry = next.get();
            String path = new String(entry.path().bytes(), StandardCharsets.UTF_8);
            String link = new String(entry.link().bytes(), StandardCharsets.UTF_8);
            Optional<String> name = normalised("", path);
            if (name.isEmpty() || name.get().length() > LONGEST_NAME) {
                continue;
            }
            switch (entry.type()) {
                case REGULAR -> put(entries, name.get(), new Entry.Content(entry.offset() + HEADER, entry.size()));
                case SYMLINK ->
                    normalised(parent(name.get()), link).ifPresent(to -> put(entries, name.get(), new Entry.Link(to)));
                case HARD_LINK -> normalised("", link).ifPresent(to -> put(entries, name.get(), new Entry.Link(to)));
                case DIRECTORY, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> {}
            }
        }
        if (!reader.sawEndMark()) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, "the archive is truncated: it lacks the blocks of zeros that end a tar");
        }
        return entries;
    }

    private static void put(Map<String, Entry> entries, String name, Entry entry) {
        entries.merge(name, entry, (one, other) -> new Entry.Ambiguous());
    }

    @Override
    public Optional<Member> find(String name) {
        Optional<String> at = normalised("", name);
        for (int links = 0; links <= MOST_LINKS; links++) {
            Optional<Entry> entry = at.flatMap(n -> Optional.ofNullable(entries.get(n)));
            if (entry.isEmpty()) {
                return Optional.empty();
            }
            switch (entry.get()) {
                case Entry.Content content -> {
                    return Optional.of(new TarMember(file, Archive.quoted(name), content.offset(), content.size()));
                }
                case Entry.Link link -> at = Optional.of(link.target());
                case Entry.Ambiguous _ ->
                    throw new WhaleboxException(
                            ErrorKind.INVALID, "the archive holds the file " + Archive.quoted(name) + " twice");
            }
        }
        throw new WhaleboxException(
                ErrorKind.INVALID, Archive.quoted(name) + " in the archive is a link that leads in a circle");
    }

    /** A path without dots, or nothing if it is absolute or leads out. */
    private static Optional<String> normalised(String directory, String path) {
        if (path.startsWith("/") || path.length() > 2 * LONGEST_NAME) {
            return Optional.empty();
        }
        Deque<String> steps = new ArrayDeque<>(directory.isEmpty() ? List.of() : List.of(directory.split("/", -1)));
        for (String step : path.split("/", -1)) {
            if (step.equals("..")) {
                if (steps.pollLast() == null) {
                    return Optional.empty();
                }
            } else if (!step.isEmpty() && !step.equals(".")) {
                steps.addLast(step);
            }
        }
        return Optional.of(String.join("/", steps));
    }

    private static String parent(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('/')));
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private record TarMember(FileChannel file, String name, long offset, long size) implements Member {
        @Override
        public InputStream open() {
            return new ChannelStream(file, offset, size);
        }
    }
}
