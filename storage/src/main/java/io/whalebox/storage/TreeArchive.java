package io.whalebox.storage;

import io.whalebox.linux.Directory;
import io.whalebox.linux.DirectoryEntry;
import io.whalebox.linux.Errno;
import io.whalebox.linux.FileName;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Stat;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Writes what lies at one place of a tree that is in use as a tar. Everything is opened from the directory above it and
 * no link is followed, so that nothing else is read when the tree's owner swaps files for links meanwhile
 * (CVE-2018-15664). What vanishes meanwhile is left out.
 */
public final class TreeArchive {
    private final TarOutput tar;
    private final TreeWriter writer;

    /** Writes to a stream, which stays the caller's to close. */
    public TreeArchive(OutputStream out, Owners owners) {
        this.tar = new TarOutput(out);
        this.writer = new TreeWriter(tar, owners);
    }

    /**
     * Adds an entry of a directory, and all that is in it.
     *
     * @param as what it is called in the archive; {@code .} for a directory whose content alone matters
     */
    public void add(Directory in, FileName name, TarPath as) throws IOException {
        Optional<Stat> stat = in.find(name);
        if (stat.isEmpty()) {
            return;
        }
        try {
            writer.write(in, name, stat.get(), as);
            if (stat.get().isDirectory()) {
                try (Directory inner = in.subdirectory(name)) {
                    addAll(inner, as);
                }
            }
        } catch (LinuxException e) {
            // Gone, or replaced by something that is no directory: as if it had never been seen.
            if (!e.is(Errno.ENOENT) && !e.is(Errno.ENOTDIR)) {
                throw e;
            }
        }
    }

    private void addAll(Directory directory, TarPath as) throws IOException {
        List<DirectoryEntry> entries = directory.list().stream()
                .sorted(Comparator.comparing(DirectoryEntry::name))
                .toList();
        for (DirectoryEntry entry : entries) {
            add(directory, entry.name(), TreeWriter.under(as, entry.name()));
        }
    }

    /** Ends the archive. */
    public void end() throws IOException {
        tar.end();
    }
}
