package io.whalebox.engine;

import io.whalebox.linux.Directory;
import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileName;
import io.whalebox.linux.FileType;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.OpenFlags;
import io.whalebox.linux.RawText;
import io.whalebox.linux.Stat;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Owners;
import io.whalebox.storage.TarPath;
import io.whalebox.storage.TarReader;
import io.whalebox.storage.TreeArchive;
import io.whalebox.storage.TreePlacement;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The files of a container as its programs see them, with all that is mounted there, for as long as
 * {@link Container#withTree} lasts. Each path is resolved by the kernel with the container's root as the end of the world,
 * at the moment when it is used: no link that the container swaps in leads to the host's files (CVE-2018-15664).
 */
public final class ContainerTree {
    private static final int IN_ROOT = OpenFlags.RESOLVE_IN_ROOT | OpenFlags.RESOLVE_NO_MAGICLINKS;

    private final String container;
    private final Consumer<String> events;
    private final Directory root;
    private final Owners outwards;
    private final Owners inwards;

    /**
     * @param container how messages call it
     * @param events is told what is done with the files
     * @param outwards who the owners of its files are to its own programs
     * @param inwards the other way round
     */
    ContainerTree(String container, Consumer<String> events, Directory root, Owners outwards, Owners inwards) {
        this.container = container;
        this.events = events;
        this.root = root;
        this.outwards = outwards;
        this.inwards = inwards;
    }

    /**
     * What is at a path.
     *
     * @param link target of a symbolic link, else empty
     */
    public record Found(boolean isDirectory, boolean isRegular, String link) {}

    /** A path in its last step: the directory that it is in, and its name there. */
    private record Place(Directory in, FileName name) implements AutoCloseable {
        @Override
        public void close() {
            in.close();
        }
    }

    /** What is at a path, if anything is; a link is itself described, unless the path ends with a slash or a dot. */
    public Optional<Found> find(String path) {
        try (Place place = place(path)) {
            return place.in().find(place.name()).map(stat -> found(place, stat));
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
                return Optional.empty();
            }
            throw failure("look at", path, e);
        }
    }

    private static Found found(Place place, Stat stat) {
        String link = stat.type() == FileType.SYMLINK ? RawText.of(place.in().readlink(place.name())) : "";
        return new Found(stat.isDirectory(), stat.type() == FileType.REGULAR, link);
    }

    /**
     * Writes what is at a path, and all that is in it, as a tar.
     *
     * @param as what it is called in the archive
     * @throws WhaleboxException NOT_FOUND, in Docker's words
     */
    public void archive(String path, String as, OutputStream out) throws IOException {
        try (Place place = place(path)) {
            TreeArchive archive = new TreeArchive(out, outwards);
            if (place.in().find(place.name()).isEmpty()) {
                throw notFound(path);
            }
            events.accept("archive-path");
            archive.add(place.in(), place.name(), TarPath.of(as));
            archive.end();
        } catch (LinuxException e) {
            throw failure("read", path, e);
        }
    }

    /**
     * Puts the files of a tar into a directory, over what is there.
     *
     * @param owners who they belong to inside, by who they belong to in the archive
     */
    public void extract(String directory, InputStream tar, Owners owners) {
        try (Directory there = root.resolveDirectory(relative(directory), IN_ROOT)) {
            var _ = there.stat();
        } catch (LinuxException e) {
            throw failure("write to", directory, e);
        }
        events.accept("extract-to-dir");
        try (TreePlacement placement =
                new TreePlacement(root, relative(directory), owners.then(inwards), TreePlacement.Top.KEPT)) {
            placement.place(new TarReader(tar));
        } catch (WhaleboxException e) {
            if (e.getCause() instanceof LinuxException cause && cause.is(Errno.EROFS)) {
                throw new WhaleboxException(
                        ErrorKind.PRECONDITION,
                        "cannot write to " + container + ":" + directory + ": it is marked read-only",
                        e);
            }
            throw e;
        }
    }

    private Place place(String path) {
        boolean whole = path.endsWith("/") || path.endsWith("/.") || path.equals(".") || path.isEmpty();
        byte[] bytes = relative(path);
        int slash = bytes.length - 1;
        while (slash >= 0 && bytes[slash] != '/') {
            slash--;
        }
        FileName name = whole ? FileName.SELF : FileName.of(bytes, slash + 1, bytes.length);
        byte[] parent = whole ? bytes : Arrays.copyOf(bytes, Math.max(0, slash));
        return new Place(root.resolveDirectory(parent.length == 0 ? new byte[] {'.'} : parent, IN_ROOT), name);
    }

    /** A path from the root on, without a slash at its beginning or end. */
    private static byte[] relative(String path) {
        String text = path;
        while (text.startsWith("/")) {
            text = text.substring(1);
        }
        while (text.endsWith("/")) {
            text = text.substring(0, text.length() - 1);
        }
        return RawText.bytes(text.isEmpty() ? "." : text);
    }

    private WhaleboxException failure(String attempt, String path, LinuxException e) {
        return e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)
                ? notFound(path)
                : new WhaleboxException(
                        ErrorKind.INTERNAL,
                        "cannot " + attempt + " " + container + ":" + path + ": " + e.getMessage(),
                        e);
    }

    private WhaleboxException notFound(String path) {
        return new WhaleboxException(
                ErrorKind.NOT_FOUND, "Could not find the file " + path + " in container " + container);
    }
}
