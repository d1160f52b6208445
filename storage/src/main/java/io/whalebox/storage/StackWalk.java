package io.whalebox.storage;

import io.whalebox.linux.Directory;
import io.whalebox.linux.Errno;
import io.whalebox.linux.FileName;
import io.whalebox.linux.FileType;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.OpenFlags;
import io.whalebox.linux.Stat;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * One look-up in a stack of layers by the rules of overlayfs: a name is what the topmost layer that has it says; a
 * directory is merged with those below it, down to one that is opaque; a whiteout, or anything that is no directory,
 * hides what is below it.
 */
final class StackWalk implements AutoCloseable {
    /** As many links as the kernel follows in one path. */
    private static final int MAX_LINKS = 40;

    private static final int PLAIN = OpenFlags.RESOLVE_BENEATH | OpenFlags.RESOLVE_NO_SYMLINKS;

    private final List<Directory> roots = new ArrayList<>();
    private final Place root;

    /** A merged directory: its path, which is the same in each layer and free of links, and the layers that have it. */
    private record Place(List<FileName> path, List<Directory> layers) {}

    /**
     * What a path led to.
     *
     * @param in the directory of the topmost layer that has it
     */
    record Found(List<FileName> in, Directory layer, FileName name, Stat stat) {}

    StackWalk(List<Path> directories) {
        try {
            boolean opaque = false;
            for (Path directory : directories) {
                if (!opaque) {
                    roots.add(Directory.open(directory.toString()));
                    opaque = isOpaque(roots.getLast());
                }
            }
        } catch (LinuxException e) {
            close();
            throw e;
        }
        root = new Place(List.of(), List.copyOf(roots));
    }

    /** How many layers can be seen at the root. */
    int layers() {
        return roots.size();
    }

    Optional<Found> find(String path) {
        Deque<Place> trail = new ArrayDeque<>(List.of(root));
        Deque<byte[]> steps = new ArrayDeque<>();
        prepend(steps, path.getBytes(StandardCharsets.UTF_8));
        Found last = new Found(
                List.of(), roots.getFirst(), FileName.SELF, roots.getFirst().stat());
        int links = 0;
        while (!steps.isEmpty()) {
            byte[] step = steps.pop();
            if (Arrays.equals(step, new byte[] {'.', '.'})) {
                // Above the root is the root.
                if (trail.size() > 1) {
                    trail.pop();
                }
                last = directory(trail.element());
                continue;
            }
            FileName name = FileName.of(step);
            Place place = trail.element();
            Optional<Found> found = findIn(place, name);
            if (found.isEmpty()) {
                return found;
            }
            last = found.get();
            if (last.stat().type() == FileType.SYMLINK) {
                if (++links > MAX_LINKS) {
                    throw new LinuxException("open", Errno.ELOOP, path);
                }
                byte[] target = readlink(last);
                if (target[0] == '/') {
                    trail.clear();
                    trail.push(root);
                }
                prepend(steps, target);
                last = directory(trail.element());
            } else if (last.stat().isDirectory()) {
                trail.push(enter(place, name));
            } else if (!steps.isEmpty()) {
                return Optional.empty();
            }
        }
        return Optional.of(last);
    }

    private static void prepend(Deque<byte[]> steps, byte[] path) {
        List<byte[]> parts = new ArrayList<>();
        int start = 0;
        for (int at = 0; at <= path.length; at++) {
            if (at == path.length || path[at] == '/') {
                boolean stays = at == start || (at == start + 1 && path[start] == '.');
                if (!stays) {
                    parts.add(Arrays.copyOfRange(path, start, at));
                }
                start = at + 1;
            }
        }
        parts.reversed().forEach(steps::push);
    }

    private static Found directory(Place place) {
        Directory layer = place.layers().getFirst();
        if (place.path().isEmpty()) {
            return new Found(List.of(), layer, FileName.SELF, layer.stat());
        }
        List<FileName> in = place.path().subList(0, place.path().size() - 1);
        try (Directory parent = open(layer, in)) {
            FileName name = place.path().getLast();
            return new Found(in, layer, name, parent.stat(name));
        }
    }

    /** The topmost layer's answer. */
    private static Optional<Found> findIn(Place place, FileName name) {
        for (Directory layer : place.layers()) {
            try (Directory in = open(layer, place.path())) {
                Optional<Stat> stat = in.find(name);
                if (stat.isPresent()) {
                    return stat.filter(found -> !found.isWhiteout())
                            .map(found -> new Found(place.path(), layer, name, found));
                }
            }
        }
        return Optional.empty();
    }

    /** The directory of this name, which the topmost layer that knows the name has. */
    private static Place enter(Place place, FileName name) {
        List<FileName> path = new ArrayList<>(place.path());
        path.add(name);
        List<Directory> layers = new ArrayList<>();
        for (Directory layer : place.layers()) {
            try (Directory in = open(layer, place.path())) {
                Optional<Stat> stat = in.find(name);
                if (stat.isEmpty()) {
                    continue;
                }
                if (!stat.get().isDirectory()) {
                    break;
                }
                layers.add(layer);
                try (Directory directory = in.subdirectory(name)) {
                    if (isOpaque(directory)) {
                        break;
                    }
                }
            }
        }
        return new Place(path, layers);
    }

    private static boolean isOpaque(Directory directory) {
        return directory
                .attribute(FileName.SELF, Whiteouts.OPAQUE)
                .filter(value -> Arrays.equals(value, new byte[] {'y'}))
                .isPresent();
    }

    private static byte[] readlink(Found link) {
        try (Directory in = open(link.layer(), link.in())) {
            return in.readlink(link.name());
        }
    }

    byte[] read(Found file, int limit) {
        try (Directory in = open(file.layer(), file.in())) {
            return in.read(file.name(), limit);
        }
    }

    private static Directory open(Directory layer, List<FileName> path) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.write('.');
        for (FileName name : path) {
            whole.write('/');
            whole.writeBytes(name.bytes());
        }
        return layer.resolveDirectory(whole.toByteArray(), PLAIN);
    }

    @Override
    public void close() {
        roots.forEach(Directory::close);
    }
}
