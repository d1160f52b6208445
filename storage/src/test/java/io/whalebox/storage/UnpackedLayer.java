package io.whalebox.storage;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whalebox.linux.Directory;
import io.whalebox.linux.FileName;
import io.whalebox.linux.OpenFlags;
import io.whalebox.linux.Processes;
import io.whalebox.linux.Stat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A directory that archives are unpacked into, one after another or just one, with a look at what is in it then. */
final class UnpackedLayer implements AutoCloseable {
    private final Directory parent;
    private final FileName name;
    private final Directory root;

    private UnpackedLayer(Directory parent, FileName name) {
        this.parent = parent;
        this.name = name;
        this.root = parent.subdirectory(name);
    }

    static void assumeRoot() {
        assumeTrue(Processes.effectiveUser() == 0, "only root may give files away and mark whiteouts");
    }

    static UnpackedLayer empty(Path parent, String name) {
        Directory in = Directory.open(parent.toString());
        in.mkdir(FileName.of(name), 0755);
        return new UnpackedLayer(in, FileName.of(name));
    }

    static UnpackedLayer of(Path parent, TarFixture tar) {
        UnpackedLayer layer = empty(parent, "layer");
        try {
            layer.unpack(tar);
            return layer;
        } catch (RuntimeException e) {
            layer.close();
            throw e;
        }
    }

    void unpack(TarFixture tar) {
        unpack(tar, UnpackLimits.DEFAULT);
    }

    void unpack(TarFixture tar, UnpackLimits limits) {
        try (LayerUnpacker unpacker = new LayerUnpacker(root, limits)) {
            unpacker.unpack(new TarReader(tar.stream()));
        }
    }

    Directory root() {
        return root;
    }

    List<String> listing() {
        return TreeListing.of(root);
    }

    /** The names of everything in it, with their paths. */
    List<String> names() {
        return listing().stream().skip(1).map(line -> line.split(" ", 2)[0]).toList();
    }

    Stat stat(String path) {
        Path whole = Path.of(path);
        try (Directory in = directoryOf(whole)) {
            return in.stat(FileName.of(whole.getFileName().toString()));
        }
    }

    String read(String path) {
        Path whole = Path.of(path);
        try (Directory in = directoryOf(whole)) {
            byte[] content = in.read(FileName.of(whole.getFileName().toString()), 1 << 20);
            return new String(content, StandardCharsets.UTF_8);
        }
    }

    /** An attribute's value as text, or "" when it is not there. */
    String attribute(String path, String attribute) {
        Path whole = Path.of(path);
        try (Directory in = directoryOf(whole)) {
            FileName entry = path.equals(".")
                    ? FileName.SELF
                    : FileName.of(whole.getFileName().toString());
            return in.attribute(entry, attribute)
                    .map(value -> new String(value, StandardCharsets.ISO_8859_1))
                    .orElse("");
        }
    }

    private Directory directoryOf(Path path) {
        Path in = path.getParent() == null ? Path.of(".") : path.getParent();
        return root.resolveDirectory(
                in.toString().getBytes(StandardCharsets.UTF_8),
                OpenFlags.RESOLVE_BENEATH | OpenFlags.RESOLVE_NO_SYMLINKS);
    }

    @Override
    public void close() {
        root.close();
        parent.removeTree(name);
        parent.close();
    }
}
