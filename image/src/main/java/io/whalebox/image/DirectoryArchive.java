package io.whalebox.image;

import io.whalebox.linux.Directory;
import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Fd;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.OpenFlags;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * An archive that somebody unpacked, or that was made as a directory. The kernel resolves the names beneath it, so no
 * link in it leads out, also while somebody changes it.
 */
final class DirectoryArchive implements Archive {
    private static final int BENEATH = OpenFlags.RESOLVE_BENEATH | OpenFlags.RESOLVE_NO_MAGICLINKS;

    private final Directory directory;

    private DirectoryArchive(Directory directory) {
        this.directory = directory;
    }

    static DirectoryArchive open(Path path) {
        return new DirectoryArchive(Directory.open(path.toString()));
    }

    @Override
    public Optional<Member> find(String name) {
        try (FileChannel file = open(name)) {
            return Optional.of(new DirectoryMember(this, Archive.quoted(name), name, file.size()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FileChannel open(String name) throws IOException {
        // Without waiting for a writer, should it be a pipe.
        int flags = OpenFlags.O_RDONLY | OpenFlags.O_NONBLOCK;
        try (Fd fd = directory.resolve(name, flags, 0, BENEATH)) {
            // By the descriptor: the name could mean another file by now.
            Path file = Path.of("/proc/self/fd/" + fd.number());
            if (!Files.isRegularFile(file)) {
                throw new WhaleboxException(
                        ErrorKind.INVALID, Archive.quoted(name) + " in the archive is not a regular file");
            }
            return FileChannel.open(file, StandardOpenOption.READ);
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
                throw new NoSuchFileException(name);
            }
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "cannot read " + Archive.quoted(name) + " in the archive: "
                            + e.errno().message(),
                    e);
        }
    }

    @Override
    public void close() {
        directory.close();
    }

    private record DirectoryMember(DirectoryArchive archive, String name, String path, long size) implements Member {
        @Override
        public InputStream open() throws IOException {
            return Channels.newInputStream(archive.open(path));
        }
    }
}
