package io.whalebox.linux;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An open directory, and the file operations relative to it. What is done here happens in the directory that was
 * opened, even when somebody renames it or puts a link in its place meanwhile, and never through a symbolic link: a
 * name is one component, and its last step is not followed. {@link #resolve} alone walks longer paths, under the rules
 * that its caller chooses.
 *
 * <p>The handle is opened with {@code O_PATH}, so that it needs no permission to read the directory. A failure is a
 * {@link LinuxException} whose subject is the name. Any thread may use it, until it is closed.
 */
public final class Directory implements AutoCloseable {
    private static final int AT_REMOVEDIR = 0x200;
    private static final int HANDLE = OpenFlags.O_PATH | OpenFlags.O_DIRECTORY;
    private static final byte[] SELF = {'.'};
    private static final int RESOLVE_ATTEMPTS = 128;

    private final Fd fd;

    private Directory(Fd fd) {
        this.fd = fd;
    }

    /** Opens a directory of the host by its path, following links as open(2) does. */
    public static Directory open(String path) {
        return new Directory(Fd.open(path, HANDLE));
    }

    /** Takes ownership of a descriptor of a directory. */
    public static Directory owning(Fd fd) {
        return new Directory(fd);
    }

    public Fd fd() {
        return fd;
    }

    /** Opens an entry that is a directory, not a link to one. */
    public Directory subdirectory(FileName name) {
        return new Directory(open(name, HANDLE, 0));
    }

    /**
     * Opens an entry (openat(2)); a symbolic link is refused with ELOOP.
     *
     * @param flags of {@link OpenFlags}
     * @param mode of a file that this creates, before the umask
     */
    public Fd open(FileName name, int flags, int mode) {
        long path = Scratch.ofThread().path(name.shared());
        int all = flags | OpenFlags.O_NOFOLLOW | OpenFlags.O_CLOEXEC;
        return Fd.owning((int) Kernel.call(Syscall.OPENAT, name, fd.number(), path, all, mode));
    }

    /**
     * Opens what a longer path leads to from here (openat2(2)).
     *
     * @param flags of {@link OpenFlags}
     * @param resolution {@code RESOLVE_} flags of {@link OpenFlags}: at least one of {@code RESOLVE_BENEATH} and {@code
     *     RESOLVE_IN_ROOT}, for without them a path leads anywhere
     */
    public Fd resolve(byte[] path, int flags, int mode, int resolution) {
        if ((resolution & (OpenFlags.RESOLVE_BENEATH | OpenFlags.RESOLVE_IN_ROOT)) == 0) {
            throw new IllegalArgumentException("a path is resolved beneath a directory or in a root");
        }
        Scratch scratch = Scratch.ofThread();
        long name = scratch.path(path);
        long how = scratch.openHow(flags | OpenFlags.O_CLOEXEC, mode, resolution);
        long result;
        int attempts = RESOLVE_ATTEMPTS;
        do {
            result = Kernel.attempt(Syscall.OPENAT2, fd.number(), name, how, Scratch.OPEN_HOW_SIZE);
            // Something was renamed anywhere on the machine while ".." was looked up, so that the kernel cannot be
            // sure of where it led.
        } while (result == -Errno.EAGAIN.number() && --attempts > 0);
        if (result < 0) {
            throw new LinuxException("openat2", Errno.of((int) -result), FileName.printable(path));
        }
        return Fd.owning((int) result);
    }

    /** As {@link #resolve(byte[], int, int, int)}, with the path in UTF-8. */
    public Fd resolve(String path, int flags, int mode, int resolution) {
        return resolve(RawText.bytes(path), flags, mode, resolution);
    }

    /** The directory that a longer path leads to; see {@link #resolve(byte[], int, int, int)}. */
    public Directory resolveDirectory(byte[] path, int resolution) {
        return new Directory(resolve(path, HANDLE, 0, resolution));
    }

    /** Makes a directory (mkdirat(2)); the umask is taken from its mode. */
    public void mkdir(FileName name, int mode) {
        Kernel.call(Syscall.MKDIRAT, name, fd.number(), Scratch.ofThread().path(name.shared()), mode);
    }

    /**
     * Makes a directory, unless something has that name already.
     *
     * @return whether it was made
     */
    public boolean mkdirIfAbsent(FileName name, int mode) {
        long path = Scratch.ofThread().path(name.shared());
        long result = Kernel.attempt(Syscall.MKDIRAT, fd.number(), path, mode);
        if (result == -Errno.EEXIST.number()) {
            return false;
        }
        check(result, "mkdirat", name);
        return true;
    }

    /** Makes a symbolic link (symlinkat(2)); the kernel takes any target that is not empty. */
    public void symlink(byte[] target, FileName name) {
        Scratch scratch = Scratch.ofThread();
        long text = scratch.path(target);
        Kernel.call(Syscall.SYMLINKAT, name, text, fd.number(), scratch.secondPath(name.shared()));
    }

    /** Gives an entry of another directory of the same file system a name here as well (linkat(2)). */
    public void link(Directory from, FileName existing, FileName name) {
        Scratch scratch = Scratch.ofThread();
        long old = scratch.path(existing.shared());
        // Flags 0: a link is itself linked, not what it leads to.
        Kernel.call(Syscall.LINKAT, name, from.fd.number(), old, fd.number(), scratch.secondPath(name.shared()), 0);
    }

    /**
     * Makes a device node, a fifo, a socket or an empty file (mknodat(2)).
     *
     * @param device for a device node; of no meaning for the others
     */
    public void mknod(FileName name, FileType type, int mode, DeviceNumber device) {
        long path = Scratch.ofThread().path(name.shared());
        Kernel.call(Syscall.MKNODAT, name, fd.number(), path, type.bits() | mode, device.encoded());
    }

    /** Removes an entry that is not a directory (unlinkat(2)). */
    public void unlink(FileName name) {
        Kernel.call(Syscall.UNLINKAT, name, fd.number(), Scratch.ofThread().path(name.shared()), 0);
    }

    /** Removes an empty directory. */
    public void rmdir(FileName name) {
        Kernel.call(Syscall.UNLINKAT, name, fd.number(), Scratch.ofThread().path(name.shared()), AT_REMOVEDIR);
    }

    /**
     * Removes an entry and, when it is a directory, everything in it, however deep. Links are removed, not followed;
     * another file system that is mounted inside stops it with EXDEV. A name that is not there is no error.
     */
    public void removeTree(FileName name) {
        TreeRemoval.remove(this, name);
    }

    /** Renames an entry into a directory of the same file system, replacing what has that name (renameat2(2)). */
    public void rename(FileName name, Directory to, FileName newName) {
        check(attemptRename(name, to, newName, 0), "renameat2", name);
    }

    /**
     * As {@link #rename}, unless the new name is taken.
     *
     * @return whether it was renamed
     */
    public boolean renameIfAbsent(FileName name, Directory to, FileName newName) {
        int noReplace = 1;
        long result = attemptRename(name, to, newName, noReplace);
        if (result == -Errno.EEXIST.number()) {
            return false;
        }
        check(result, "renameat2", name);
        return true;
    }

    private long attemptRename(FileName name, Directory to, FileName newName, int flags) {
        Scratch scratch = Scratch.ofThread();
        long old = scratch.path(name.shared());
        return Kernel.attempt(
                Syscall.RENAMEAT2, fd.number(), old, to.fd.number(), scratch.secondPath(newName.shared()), flags);
    }

    /** The target of a symbolic link (readlinkat(2)). */
    public byte[] readlink(FileName name) {
        return FileAttributes.readlink(fd, name);
    }

    /**
     * The content of a regular file.
     *
     * @throws LinuxException EFBIG when that is more than {@code limit} bytes, EINVAL when it is no regular file
     */
    public byte[] read(FileName name, int limit) {
        return FileAttributes.read(this, name, limit);
    }

    /** What an entry is; a link is itself described. */
    public Stat stat(FileName name) {
        return FileAttributes.stat(fd, name)
                .orElseThrow(() -> new LinuxException("statx", Errno.ENOENT, name.toString()));
    }

    /** What an entry is, if there is one. */
    public Optional<Stat> find(FileName name) {
        return FileAttributes.stat(fd, name);
    }

    /** What this directory is. */
    public Stat stat() {
        return stat(FileName.SELF);
    }

    /** Everything in this directory, in the file system's order, without {@code .} and {@code ..}. */
    public List<DirectoryEntry> list() {
        List<DirectoryEntry> entries = new ArrayList<>();
        try (DirectoryReader reader = new DirectoryReader(this)) {
            for (List<DirectoryEntry> some = reader.next(); !some.isEmpty(); some = reader.next()) {
                entries.addAll(some);
            }
        }
        return entries;
    }

    /** Sets the permission bits of an entry that is not a link: links have none (fchmodat(2) fails with ENOTSUP). */
    public void chmod(FileName name, int mode) {
        FileAttributes.chmod(fd, name, mode);
    }

    /** Sets the owner of an entry, also of a link (fchownat(2)). The kernel takes set-uid bits away then. */
    public void chown(FileName name, int uid, int gid) {
        FileAttributes.chown(fd, name, uid, gid);
    }

    /** Sets the times of an entry, also of a link (utimensat(2)). */
    public void setTimes(FileName name, Instant accessed, Instant modified) {
        FileAttributes.setTimes(fd, name, accessed, modified);
    }

    /** Sets an extended attribute of an entry, also of a link, such as {@code trusted.overlay.opaque} (setxattr(2)). */
    public void setAttribute(FileName name, String attribute, byte[] value) {
        ExtendedAttributes.set(fd, name, attribute, value);
    }

    /** An extended attribute of an entry, if it has that. */
    public Optional<byte[]> attribute(FileName name, String attribute) {
        return ExtendedAttributes.get(fd, name, attribute);
    }

    /** The names of an entry's extended attributes. */
    public List<String> attributes(FileName name) {
        return ExtendedAttributes.list(fd, name);
    }

    /** Takes an extended attribute from an entry. */
    public void removeAttribute(FileName name, String attribute) {
        ExtendedAttributes.remove(fd, name, attribute);
    }

    /** Waits until this directory's entries are on the disk (fsync(2)). */
    public void sync() {
        try (Fd readable = readable()) {
            Kernel.call(Syscall.FSYNC, readable, readable.number());
        }
    }

    /** Waits until everything on this directory's file system is on the disk (syncfs(2)). */
    public void syncFileSystem() {
        try (Fd readable = readable()) {
            Kernel.call(Syscall.SYNCFS, readable, readable.number());
        }
    }

    /** A descriptor of this directory that can be read, with a position of its own. */
    Fd readable() {
        long path = Scratch.ofThread().path(SELF);
        int flags = OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY | OpenFlags.O_CLOEXEC;
        return Fd.owning((int) Kernel.call(Syscall.OPENAT, this, fd.number(), path, flags, 0));
    }

    private static void check(long result, String call, FileName name) {
        if (result < 0) {
            throw new LinuxException(call, Errno.of((int) -result), name.toString());
        }
    }

    @Override
    public void close() {
        fd.close();
    }

    @Override
    public String toString() {
        return "directory at " + fd;
    }
}
