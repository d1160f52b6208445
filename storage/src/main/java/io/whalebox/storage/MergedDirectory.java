package io.whalebox.storage;

import io.whalebox.linux.Directory;
import io.whalebox.linux.DirectoryEntry;
import io.whalebox.linux.FileName;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Stat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One directory as overlayfs would show it, of a stack of layers that is walked through: a name is what the topmost
 * layer says that has it. Nothing is followed, and everything is opened from the directory above it.
 */
final class MergedDirectory implements AutoCloseable {
    /** The same directory in each layer that has it, the topmost first. */
    private final List<Directory> layers;

    private MergedDirectory(List<Directory> layers) {
        this.layers = layers;
    }

    /**
     * What a name stands for.
     *
     * @param layer the first that has it
     */
    record Child(int layer, Directory in, FileName name, Stat stat) {}

    /** The root of a stack, the topmost layer first. */
    static MergedDirectory open(List<Path> stack) {
        MergedDirectory root = new MergedDirectory(new ArrayList<>());
        try {
            boolean opaque = false;
            for (int i = 0; i < stack.size() && !opaque; i++) {
                root.layers.add(Directory.open(stack.get(i).toString()));
                opaque = isOpaque(root.layers.getLast(), FileName.SELF);
            }
        } catch (LinuxException e) {
            root.close();
            throw e;
        }
        return root;
    }

    /** All that is in it, in the order of the names' bytes. */
    SortedMap<FileName, Child> children() {
        SortedMap<FileName, Child> children = new TreeMap<>();
        Set<FileName> hidden = new HashSet<>();
        for (int i = 0; i < layers.size(); i++) {
            for (DirectoryEntry entry : layers.get(i).list()) {
                FileName name = entry.name();
                if (children.containsKey(name) || hidden.contains(name)) {
                    continue;
                }
                Optional<Stat> stat = layers.get(i).find(name);
                if (stat.isPresent() && stat.get().isWhiteout()) {
                    hidden.add(name);
                } else if (stat.isPresent()) {
                    children.put(name, new Child(i, layers.get(i), name, stat.get()));
                }
            }
        }
        return children;
    }

    /** What one name stands for. */
    Optional<Child> find(FileName name) {
        for (int i = 0; i < layers.size(); i++) {
            Optional<Stat> stat = layers.get(i).find(name);
            if (stat.isPresent()) {
                return stat.get().isWhiteout()
                        ? Optional.empty()
                        : Optional.of(new Child(i, layers.get(i), name, stat.get()));
            }
        }
        return Optional.empty();
    }

    /** A directory in it, merged with those of the layers below that it does not hide. */
    MergedDirectory enter(Child child) {
        MergedDirectory merged = new MergedDirectory(new ArrayList<>());
        try {
            boolean hides = false;
            for (int i = child.layer(); i < layers.size() && !hides; i++) {
                Optional<Stat> stat = layers.get(i).find(child.name());
                if (stat.isPresent() && !stat.get().isDirectory()) {
                    hides = true;
                } else if (stat.isPresent()) {
                    hides = isOpaque(layers.get(i), child.name());
                    merged.layers.add(layers.get(i).subdirectory(child.name()));
                }
            }
        } catch (LinuxException e) {
            merged.close();
            throw e;
        }
        return merged;
    }

    /** Whether a directory hides all that the layers below have in it. */
    static boolean isOpaque(Directory in, FileName name) {
        return in.attribute(name, Whiteouts.OPAQUE)
                .filter(value -> Arrays.equals(value, new byte[] {'y'}))
                .isPresent();
    }

    @Override
    public void close() {
        layers.forEach(Directory::close);
    }
}
