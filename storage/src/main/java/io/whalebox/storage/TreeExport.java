package io.whalebox.storage;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileName;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;

/** Writes all that a container sees as its root, but for what is mounted there, as one tar. */
public final class TreeExport {
    private static final int LONGEST_PATH = 4095;

    private final List<Path> stack;

    /** A stack of layers, the topmost first, which is the container's own. */
    public TreeExport(List<Path> stack) {
        this.stack = List.copyOf(stack);
    }

    /** Writes it; the stream stays open. */
    public void write(OutputStream out) throws IOException {
        TarOutput tar = new TarOutput(out);
        try (MergedDirectory root = MergedDirectory.open(stack)) {
            write(root, TarPath.of(""), new TreeWriter(tar));
        }
        tar.end();
    }

    /**
     * Writes what is in one directory, and the directory itself as {@code .}, as a tar; the stream stays open.
     *
     * @param path from the root, of real directories, without links
     */
    void writeDirectory(List<FileName> path, OutputStream out) throws IOException {
        TarOutput tar = new TarOutput(out);
        try (MergedDirectory root = MergedDirectory.open(stack)) {
            writeBelow(root, path, new TreeWriter(tar));
        }
        tar.end();
    }

    private static void writeBelow(MergedDirectory directory, List<FileName> path, TreeWriter writer)
            throws IOException {
        MergedDirectory.Child child = directory.find(path.getFirst()).orElseThrow();
        try (MergedDirectory inner = directory.enter(child)) {
            if (path.size() > 1) {
                writeBelow(inner, path.subList(1, path.size()), writer);
            } else {
                TarPath self = TarPath.of(".");
                writer.write(child.in(), child.name(), child.stat(), self);
                write(inner, self, writer);
            }
        }
    }

    private static void write(MergedDirectory directory, TarPath path, TreeWriter writer) throws IOException {
        for (MergedDirectory.Child child : directory.children().values()) {
            TarPath childPath = TreeWriter.under(path, child.name());
            if (childPath.shared().length > LONGEST_PATH) {
                throw new WhaleboxException(
                        ErrorKind.INVALID,
                        "a path has more than " + LONGEST_PATH + " bytes, which no archive can hold: /"
                                + childPath.toString().substring(0, 100) + "…");
            }
            writer.write(child.in(), child.name(), child.stat(), childPath);
            if (child.stat().isDirectory()) {
                try (MergedDirectory inner = directory.enter(child)) {
                    write(inner, childPath, writer);
                }
            }
        }
    }
}
