package io.whalebox.storage;

import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileName;
import io.whalebox.linux.FileType;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Stat;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Layers as a container would see them on top of one another, without mounting anything: for what must be known of an
 * image before there is a container, such as its users, or by somebody who may not mount.
 *
 * <p>Links are resolved with the stack as the root, so that none leads to the host.
 */
public final class LayerStack {
    private final List<Path> directories;

    /** A stack of directories that overlayfs could take for lower layers, the topmost first. */
    public LayerStack(List<Path> directories) {
        this.directories = List.copyOf(directories);
    }

    /** A stack of an image's layers, in the order of its configuration: the lowest first. */
    public static LayerStack of(List<Layer> layers) {
        return new LayerStack(layers.reversed().stream().map(Layer::directory).toList());
    }

    /** The directories of all of its layers, the topmost first. */
    public List<Path> directories() {
        return directories;
    }

    /**
     * The directories to mount as lower layers, the topmost first. One that hides all below it at its root is the last:
     * overlayfs itself heeds that mark on every directory but the root.
     */
    public List<Path> lowerDirectories() {
        try (StackWalk walk = new StackWalk(directories)) {
            return directories.subList(0, walk.layers());
        }
    }

    /**
     * What is at a path, with links followed, if anything is.
     *
     * @param path from the root; whether it begins with a slash makes no difference
     */
    public Optional<Stat> stat(String path) {
        try (StackWalk walk = new StackWalk(directories)) {
            return walk.find(path).map(StackWalk.Found::stat);
        } catch (LinuxException e) {
            throw explained(e, path);
        }
    }

    /**
     * The content of a regular file, with links followed, if there is such a file.
     *
     * @throws WhaleboxException INVALID when it is longer than this limit or no regular file
     */
    public Optional<byte[]> readFile(String path, int limit) {
        try (StackWalk walk = new StackWalk(directories)) {
            Optional<StackWalk.Found> found = walk.find(path);
            if (found.isPresent() && found.get().stat().type() != FileType.REGULAR) {
                throw new WhaleboxException(ErrorKind.INVALID, "cannot read " + path + " of the image: it is no file");
            }
            return found.map(file -> walk.read(file, limit));
        } catch (LinuxException e) {
            throw explained(e, path);
        }
    }

    /**
     * Writes what is in a directory as a tar, the directory itself as {@code .}; links on the way to it are followed.
     *
     * @return false where there is no such directory, and then nothing was written
     */
    public boolean exportDirectory(String path, OutputStream out) throws IOException {
        List<FileName> real = new ArrayList<>();
        try (StackWalk walk = new StackWalk(directories)) {
            Optional<StackWalk.Found> found =
                    walk.find(path).filter(it -> it.stat().isDirectory());
            if (found.isEmpty() || found.get().name().equals(FileName.SELF)) {
                return false;
            }
            real.addAll(found.get().in());
            real.add(found.get().name());
        } catch (LinuxException e) {
            throw explained(e, path);
        }
        new TreeExport(directories).writeDirectory(real, out);
        return true;
    }

    private static WhaleboxException explained(LinuxException e, String path) {
        ErrorKind kind = switch (e.errno()) {
            case EACCES, EPERM -> ErrorKind.DENIED;
            case EFBIG, ELOOP, ENAMETOOLONG -> ErrorKind.INVALID;
            default -> ErrorKind.INTERNAL;
        };
        String cause = e.is(Errno.EFBIG) ? "it is too large" : e.getMessage();
        return new WhaleboxException(kind, "cannot read " + path + " of the image: " + cause, e);
    }
}
