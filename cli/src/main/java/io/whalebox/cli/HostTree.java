package io.whalebox.cli;

import io.whalebox.linux.Directory;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileName;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Processes;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Owners;
import io.whalebox.storage.TarPath;
import io.whalebox.storage.TarReader;
import io.whalebox.storage.TreeArchive;
import io.whalebox.storage.TreePlacement;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The host's side of a copy, as the caller sees it. */
record HostTree(CallerFiles files) {
    static HostTree of(CallerFiles files) {
        return new HostTree(files);
    }

    /**
     * Something to be copied.
     *
     * @param path where it is, through links if they are followed
     * @param name what it is called when it is put into a directory
     */
    record Source(String path, String name, boolean isDirectory) {}

    /** An absolute path, which ends as the user wrote it. */
    String resolve(String path) {
        String absolute = files.file(path).toString();
        if (CopySide.meansContent(path)) {
            return absolute.endsWith("/.") ? absolute : absolute + "/.";
        }
        return path.endsWith("/") && !absolute.endsWith("/") ? absolute + "/" : absolute;
    }

    /** What is at the place that something is to be copied to; its directory has to be there. */
    CopyTarget.Info target(String written) {
        Path path = Path.of(CopySide.clean(written)).normalize();
        try {
            if (Files.exists(path)) {
                Path real = path.toRealPath();
                if (!Files.isDirectory(real) && !Files.isRegularFile(real)) {
                    throw new WhaleboxException(
                            ErrorKind.INVALID, "destination \"" + path + "\" must be a directory or a regular file");
                }
                return new CopyTarget.Info(real.toString(), true, Files.isDirectory(real));
            }
            Path end = Files.isSymbolicLink(path)
                    ? path.resolveSibling(Files.readSymbolicLink(path)).normalize()
                    : path;
            Path parent = end.getParent();
            if (parent == null || !Files.isDirectory(parent)) {
                throw new WhaleboxException(
                        ErrorKind.NOT_FOUND, "invalid output path: directory \"" + parent + "\" does not exist");
            }
            return new CopyTarget.Info(end.toString(), false, false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is at the place that something is to be copied from. */
    Source source(String written, boolean follow) {
        String absolute = resolve(written);
        Path path = Path.of(absolute).normalize();
        String base = CopySide.base(CopySide.clean(absolute));
        boolean directory = Files.isDirectory(path);
        // A slash or a dot at the end makes a link its directory, in Docker as for the kernel.
        boolean through = follow || CopySide.claimsDirectory(absolute);
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS) || (through && !Files.exists(path))) {
            throw new WhaleboxException(ErrorKind.NOT_FOUND, "lstat " + path + ": no such file or directory");
        }
        if (CopySide.claimsDirectory(absolute) && !directory) {
            throw new WhaleboxException(ErrorKind.INVALID, "not a directory");
        }
        try {
            Path real = through ? path.toRealPath() : path;
            return new Source(
                    real.toString(),
                    base.equals("/") ? "." : base,
                    directory && (through || !Files.isSymbolicLink(path)));
        } catch (NoSuchFileException e) {
            throw new WhaleboxException(ErrorKind.NOT_FOUND, "lstat " + path + ": no such file or directory", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a source, and all that is in it, as a tar. */
    void archive(Source source, String as, OutputStream out) throws IOException {
        TreeArchive archive = new TreeArchive(out, Owners.AS_THEY_ARE);
        Path path = Path.of(source.path());
        Path parent = path.getParent();
        try (Directory in = Directory.open(parent == null ? "/" : parent.toString())) {
            FileName name = parent == null
                    ? FileName.SELF
                    : FileName.of(path.getFileName().toString());
            archive.add(in, name, TarPath.of(as));
            archive.end();
        } catch (LinuxException e) {
            throw new WhaleboxException(ErrorKind.INTERNAL, "cannot read " + path + ": " + e.getMessage(), e);
        }
    }

    /** Puts the files of a tar into a directory; nothing of it lands outside, whatever links it brings. */
    void extract(String directory, InputStream tar, Owners owners) {
        try (Directory root = Directory.open(directory);
                TreePlacement placement = new TreePlacement(root, new byte[0], owners, TreePlacement.Top.KEPT)) {
            placement.place(new TarReader(tar));
        } catch (LinuxException e) {
            throw new WhaleboxException(ErrorKind.INTERNAL, "cannot write to " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Everything becomes the caller's. */
    Owners caller() {
        int user = Processes.effectiveUser();
        return Owners.all(user, user);
    }
}
