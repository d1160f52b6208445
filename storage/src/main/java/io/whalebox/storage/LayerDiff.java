package io.whalebox.storage;

import io.whalebox.linux.Directory;
import io.whalebox.linux.DirectoryEntry;
import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileName;
import io.whalebox.linux.FileType;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Stat;
import io.whalebox.linux.WhaleboxException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a container has changed: the upper directory of its overlay, read against the layers below. It is told as a list,
 * or written as the archive of a layer (OCI image specification, "Image Layer Filesystem Changeset").
 *
 * <p>A directory counts as changed when it differs itself, or when something in it does. What the engine itself put there
 * for something to be mounted on does not count.
 */
public final class LayerDiff {
    /** What the archive of a deletion is called. */
    private static final String WHITEOUT = ".wh.";

    private static final FileName OPAQUE = FileName.of(".wh..wh..opq");

    /** No tool takes apart a longer path, and the walk recurses. */
    private static final int LONGEST_PATH = 4095;

    private final Path upper;
    private final List<Path> lower;
    private final Set<TarPath> mountPoints;

    /**
     * A container's changes.
     *
     * @param upper directory of its overlay
     * @param lower the layers below, the topmost first
     * @param mountPoints paths, from the root and without a slash in front, at which an empty file or directory that no
     *     layer has is not of the container's making
     */
    public LayerDiff(Path upper, List<Path> lower, Set<String> mountPoints) {
        this.upper = upper;
        this.lower = List.copyOf(lower);
        this.mountPoints = mountPoints.stream().map(TarPath::of).collect(Collectors.toUnmodifiableSet());
    }

    /** One changed path, with a slash in front. */
    public record Change(Kind kind, String path) {
        /** In Docker's letters. */
        public enum Kind {
            ADDED("A"),
            CHANGED("C"),
            DELETED("D");

            private final String letter;

            Kind(String letter) {
                this.letter = letter;
            }

            public String letter() {
                return letter;
            }
        }
    }

    /** Gets what has changed, directories before what is in them. */
    private interface Visitor {
        void present(Change.Kind kind, Place place, boolean opaque) throws IOException;

        /** One that a mark in the upper directory deletes, or with {@code byOpaque} the mark of its directory. */
        void deleted(TarPath path, Stat mark, boolean byOpaque) throws IOException;
    }

    private record Place(Directory in, FileName name, Stat stat, TarPath path) {}

    /** All changes. */
    public List<Change> changes() {
        List<Change> changes = new ArrayList<>();
        walk(new Visitor() {
            @Override
            public void present(Change.Kind kind, Place place, boolean opaque) {
                changes.add(new Change(kind, "/" + place.path()));
            }

            @Override
            public void deleted(TarPath path, Stat mark, boolean byOpaque) {
                changes.add(new Change(Change.Kind.DELETED, "/" + path));
            }
        });
        return changes;
    }

    /** Writes them as an uncompressed layer; the stream stays open. */
    public void writeLayer(OutputStream out) throws IOException {
        TarOutput tar = new TarOutput(out);
        TreeWriter writer = new TreeWriter(tar);
        walkThrough(new Visitor() {
            @Override
            public void present(Change.Kind kind, Place place, boolean opaque) throws IOException {
                writer.write(place.in(), place.name(), place.stat(), place.path());
                if (opaque) {
                    writer.mark(TreeWriter.under(place.path(), OPAQUE), place.stat());
                }
            }

            @Override
            public void deleted(TarPath path, Stat mark, boolean byOpaque) throws IOException {
                if (!byOpaque) {
                    writer.mark(whiteout(path), mark);
                }
            }
        });
        tar.end();
    }

    private static TarPath whiteout(TarPath path) {
        byte[] bytes = path.shared();
        int name = bytes.length;
        while (name > 0 && bytes[name - 1] != '/') {
            name--;
        }
        var marked = new ByteArrayOutputStream();
        marked.write(bytes, 0, name);
        marked.writeBytes(WHITEOUT.getBytes(StandardCharsets.US_ASCII));
        marked.write(bytes, name, bytes.length - name);
        return new TarPath(marked.toByteArray());
    }

    private void walk(Visitor visitor) {
        try {
            walkThrough(visitor);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void walkThrough(Visitor visitor) throws IOException {
        try (Directory root = Directory.open(upper.toString());
                MergedDirectory below = MergedDirectory.open(lower)) {
            boolean opaque = MergedDirectory.isOpaque(root, FileName.SELF);
            new Walk(visitor).directory(root, opaque ? Optional.empty() : Optional.of(below), TarPath.of(""));
        }
    }

    private final class Walk {
        private final Visitor visitor;
        /** Directories around that have not been told of, since nothing in them has changed so far. */
        private final Deque<Place> pending = new ArrayDeque<>();

        Walk(Visitor visitor) {
            this.visitor = visitor;
        }

        /**
         * @param below what lower layers show in this directory; nothing where they have none or it hides them
         */
        void directory(Directory directory, Optional<MergedDirectory> below, TarPath path) throws IOException {
            List<FileName> names =
                    directory.list().stream().map(DirectoryEntry::name).sorted().toList();
            for (FileName name : names) {
                // A container that runs may have removed it meanwhile.
                Optional<Stat> stat = directory.find(name);
                if (stat.isPresent()) {
                    entry(new Place(directory, name, stat.get(), checked(TreeWriter.under(path, name))), below);
                }
            }
        }

        private void entry(Place place, Optional<MergedDirectory> below) throws IOException {
            if (place.stat().isWhiteout()) {
                flush();
                visitor.deleted(place.path(), place.stat(), false);
                return;
            }
            Optional<MergedDirectory.Child> before = below.flatMap(it -> it.find(place.name()));
            if (before.isEmpty() && isMountPoint(place)) {
                return;
            }
            if (place.stat().isDirectory()) {
                subdirectory(place, below, before);
            } else {
                tell(before.isPresent() ? Change.Kind.CHANGED : Change.Kind.ADDED, place, false);
            }
        }

        private void subdirectory(Place place, Optional<MergedDirectory> below, Optional<MergedDirectory.Child> before)
                throws IOException {
            refuseRedirected(place);
            boolean merges = before.isPresent() && before.get().stat().isDirectory();
            boolean opaque = MergedDirectory.isOpaque(place.in(), place.name());
            boolean waits =
                    merges && !opaque && sameAttributes(place, before.get().stat());
            if (waits) {
                pending.addLast(place);
            } else {
                tell(before.isPresent() ? Change.Kind.CHANGED : Change.Kind.ADDED, place, opaque);
            }
            try (Directory directory = place.in().subdirectory(place.name())) {
                if (!merges) {
                    directory(directory, Optional.empty(), place.path());
                } else {
                    try (MergedDirectory under = below.orElseThrow().enter(before.get())) {
                        if (opaque) {
                            hidden(directory, under, place);
                        }
                        directory(directory, opaque ? Optional.empty() : Optional.of(under), place.path());
                    }
                }
            }
            if (waits && !pending.isEmpty() && pending.getLast().equals(place)) {
                pending.removeLast();
            }
        }

        /** What an opaque directory hides and does not replace. */
        private void hidden(Directory directory, MergedDirectory under, Place place) throws IOException {
            for (FileName name : under.children().keySet()) {
                if (directory.find(name).isEmpty()) {
                    visitor.deleted(TreeWriter.under(place.path(), name), place.stat(), true);
                }
            }
        }

        private void tell(Change.Kind kind, Place place, boolean opaque) throws IOException {
            flush();
            visitor.present(kind, place, opaque);
        }

        private void flush() throws IOException {
            while (!pending.isEmpty()) {
                visitor.present(Change.Kind.CHANGED, pending.removeFirst(), false);
            }
        }
    }

    private boolean isMountPoint(Place place) {
        if (!mountPoints.contains(place.path())) {
            return false;
        }
        if (place.stat().type() == FileType.REGULAR) {
            return place.stat().size() == 0;
        }
        if (!place.stat().isDirectory()) {
            return false;
        }
        try (Directory directory = place.in().subdirectory(place.name())) {
            return directory.list().stream()
                    .allMatch(entry -> isMountPoint(new Place(
                            directory,
                            entry.name(),
                            directory.stat(entry.name()),
                            TreeWriter.under(place.path(), entry.name()))));
        }
    }

    private boolean sameAttributes(Place place, Stat before) {
        Stat now = place.stat();
        // Where the engine made a mount point the time tells of that.
        boolean timeCounts = mountPoints.stream().noneMatch(point -> isIn(point, place.path()));
        return now.mode() == before.mode()
                && now.uid() == before.uid()
                && now.gid() == before.gid()
                && (!timeCounts || now.modified().equals(before.modified()));
    }

    private static boolean isIn(TarPath path, TarPath directory) {
        return path.toString().startsWith(directory + "/");
    }

    private static TarPath checked(TarPath path) {
        if (path.shared().length > LONGEST_PATH) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "the container has a path of more than " + LONGEST_PATH + " bytes, which no archive can hold: /"
                            + path.toString().substring(0, 100) + "…");
        }
        return path;
    }

    /** Some hosts let overlayfs rename directories by a note of where they were, which an archive can't tell. */
    private static void refuseRedirected(Place place) {
        if (place.in().attribute(place.name(), "trusted.overlay.redirect").isPresent()) {
            throw new WhaleboxException(
                    ErrorKind.PRECONDITION,
                    "cannot tell the changes of /" + place.path()
                            + ": the kernel's overlay has noted only where it was renamed from (set"
                            + " /sys/module/overlay/parameters/redirect_dir to N before containers run)");
        }
    }

    /** How many bytes the files of the container's own layer have. */
    public long size() {
        try (Directory root = Directory.open(upper.toString())) {
            return size(root);
        }
    }

    private static long size(Directory directory) {
        long size = 0;
        for (DirectoryEntry entry : directory.list()) {
            if (entry.type() == FileType.DIRECTORY) {
                try (Directory inner = directory.subdirectory(entry.name())) {
                    size += size(inner);
                } catch (LinuxException e) {
                    // It may be gone meanwhile.
                    if (!e.is(Errno.ENOENT)) {
                        throw e;
                    }
                }
            } else if (entry.type() == FileType.REGULAR) {
                size += directory.find(entry.name()).map(Stat::size).orElse(0L);
            }
        }
        return size;
    }
}
