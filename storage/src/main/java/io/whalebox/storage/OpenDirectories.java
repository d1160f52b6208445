package io.whalebox.storage;

import io.whalebox.linux.Directory;
import io.whalebox.linux.Errno;
import io.whalebox.linux.FileName;
import io.whalebox.linux.FileType;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.OpenFlags;
import io.whalebox.linux.Stat;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The directories that an unpacking works in at present. Entries come in the order of a tree, so a few handles save the
 * walk from the root for nearly all of them.
 *
 * <p>Creating an entry changes its directory's times, and a default access control list changes what is created. Both
 * are set aside when a directory is entered and put back when it is left, so they need not be remembered to the end
 * for every directory of the layer. That is why one directory is never open twice, under whatever paths.
 *
 * <p>A path is resolved with the layer's directory as its root: a symbolic link on the way, which an earlier entry may
 * have made, leads where it would lead inside the container, as Docker and containerd have it, and never outside.
 */
final class OpenDirectories implements AutoCloseable {
    private static final int CAPACITY = 64;
    private static final int IN_ROOT =
            OpenFlags.RESOLVE_IN_ROOT | OpenFlags.RESOLVE_NO_MAGICLINKS | OpenFlags.RESOLVE_NO_XDEV;
    private static final String DEFAULT_ACL = "system.posix_acl_default";
    private static final byte[] ROOT = {'.'};
    private static final int MISSING_PARENT_MODE = 0755;

    private final Directory root;
    private final Ownership ownership;
    private final Runnable counter;
    private final Map<ByteBuffer, Entered> byPath = new HashMap<>();
    /** By inode, the least recently used first. */
    private final LinkedHashMap<Long, Entered> byInode = new LinkedHashMap<>(CAPACITY, 0.75f, true);

    /** A directory that entries are made in. */
    static final class Entered {
        private final Directory directory;
        private final Stat before;
        private final Optional<byte[]> defaultAcl;

        private Entered(Directory directory, Stat before) {
            this.directory = directory;
            this.before = before;
            this.defaultAcl = directory.attribute(FileName.SELF, DEFAULT_ACL);
            defaultAcl.ifPresent(acl -> directory.removeAttribute(FileName.SELF, DEFAULT_ACL));
        }

        Directory directory() {
            return directory;
        }

        /** What it was when it was entered. */
        Stat before() {
            return before;
        }

        private void leave() {
            try (directory) {
                defaultAcl.ifPresent(acl -> directory.setAttribute(FileName.SELF, DEFAULT_ACL, acl));
                directory.setTimes(FileName.SELF, before.accessed(), before.modified());
            }
        }
    }

    /**
     * @param counter is told of each parent that had to be made
     */
    OpenDirectories(Directory root, Ownership ownership, Runnable counter) {
        this.root = root;
        this.ownership = ownership;
        this.counter = counter;
    }

    /**
     * The directory at this path, made with its parents where the archive takes them for granted. It stays open until
     * many others were entered.
     *
     * @param time that missing directories get
     */
    Entered enter(byte[] path, Instant time) {
        Optional<Entered> there = find(path);
        if (there.isPresent()) {
            return there.get();
        }
        int existing = path.length;
        do {
            existing = parentLength(path, existing);
        } while (existing > 0 && find(Arrays.copyOf(path, existing)).isEmpty());
        Entered parent = find(Arrays.copyOf(path, existing)).orElseThrow();
        while (existing < path.length) {
            int start = existing == 0 ? 0 : existing + 1;
            int end = start;
            while (end < path.length && path[end] != '/') {
                end++;
            }
            make(parent, FileName.of(path, start, end), time);
            parent = find(Arrays.copyOf(path, end))
                    .orElseThrow(() -> new LinuxException("openat2", Errno.ENOENT, FileName.printable(path)));
            existing = end;
        }
        return parent;
    }

    private static int parentLength(byte[] path, int length) {
        int at = length;
        while (at > 0 && path[at - 1] != '/') {
            at--;
        }
        return Math.max(0, at - 1);
    }

    private void make(Entered parent, FileName name, Instant time) {
        Directory in = parent.directory();
        if (!in.mkdirIfAbsent(name, MISSING_PARENT_MODE)) {
            Stat there = in.stat(name);
            if (!there.isWhiteout()) {
                // A link that leads nowhere, or a file.
                Errno why = there.type() == FileType.SYMLINK ? Errno.ENOENT : Errno.ENOTDIR;
                throw new LinuxException("openat2", why, name.toString());
            }
            // What lower layers have by that name was deleted before this was made.
            in.unlink(name);
            in.mkdir(name, MISSING_PARENT_MODE);
            Whiteouts.makeOpaque(in, name);
        }
        counter.run();
        ownership.giveToRoot(parent, name, MISSING_PARENT_MODE);
        in.setTimes(name, time, time);
    }

    /** The directory at this path, if it is there. */
    Optional<Entered> find(byte[] path) {
        Entered known = byPath.get(ByteBuffer.wrap(path));
        if (known != null) {
            // Marks it as used just now.
            byInode.get(known.before.inode());
            return Optional.of(known);
        }
        Directory directory;
        try {
            directory = root.resolveDirectory(path.length == 0 ? ROOT : path, IN_ROOT);
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
                return Optional.empty();
            }
            throw e;
        }
        return Optional.of(remember(path, directory));
    }

    private Entered remember(byte[] path, Directory directory) {
        Stat stat = directory.stat();
        Entered entered = byInode.get(stat.inode());
        if (entered == null) {
            if (byInode.size() == CAPACITY) {
                Iterator<Entered> oldest = byInode.values().iterator();
                Entered left = oldest.next();
                oldest.remove();
                forget(left);
            }
            entered = new Entered(directory, stat);
            byInode.put(stat.inode(), entered);
        } else {
            directory.close();
        }
        byPath.put(ByteBuffer.wrap(path), entered);
        return entered;
    }

    private void forget(Entered entered) {
        byPath.values().removeIf(other -> other == entered);
        entered.leave();
    }

    /** Leaves a directory, if it is open, because its own attributes are about to change. */
    void leave(Stat directory) {
        Entered entered = byInode.remove(directory.inode());
        if (entered != null) {
            forget(entered);
        }
    }

    /** Leaves every directory, because paths are about to lead elsewhere. */
    void leaveAll() {
        byPath.clear();
        for (Iterator<Entered> each = byInode.values().iterator(); each.hasNext(); ) {
            Entered entered = each.next();
            each.remove();
            entered.leave();
        }
    }

    /** Closes what is open without putting anything back: the unpacking has failed. */
    @Override
    public void close() {
        byInode.values().forEach(entered -> entered.directory.close());
        byInode.clear();
        byPath.clear();
    }
}
