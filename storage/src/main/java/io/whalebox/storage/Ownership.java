package io.whalebox.storage;

import io.whalebox.linux.Directory;
import io.whalebox.linux.FileName;
import io.whalebox.linux.RegularFile;
import io.whalebox.linux.Stat;

/**
 * Gives what was created its owner and mode, with as few calls as that takes: most files of an image belong to root
 * and have a mode that the umask leaves alone, and are then right from their creation.
 */
final class Ownership {
    private static final FileName PROBE = FileName.of("probe");
    private static final int SET_GID = 02000;
    private static final int SPECIAL = 07000;

    /** Who and whose group creates files here, and which bits of the mode they get. */
    private final Stat created;

    /** Finds that out by creating something, in a directory that is empty. */
    Ownership(Directory empty) {
        empty.mkdir(PROBE, 0777);
        this.created = empty.stat(PROBE);
        empty.rmdir(PROBE);
    }

    /** Of a file that was created with the permissions of its mode. */
    void give(OpenDirectories.Entered parent, RegularFile file, TarEntry entry) {
        // The owner first: the kernel takes set-uid bits away when that changes.
        if (!isOwner(parent, entry.uid(), entry.gid())) {
            file.chown(entry.uid(), entry.gid());
        }
        if (!isMode(entry.mode())) {
            file.chmod(entry.mode());
        }
    }

    /** Of any other entry that was created so; a link has no mode. */
    void give(OpenDirectories.Entered parent, FileName name, TarEntry entry) {
        if (!isOwner(parent, entry.uid(), entry.gid())) {
            parent.directory().chown(name, entry.uid(), entry.gid());
        }
        boolean inheritsSetGid = entry.type() == EntryType.DIRECTORY && isSetGid(parent);
        if (entry.type() != EntryType.SYMLINK && (inheritsSetGid || !isMode(entry.mode()))) {
            parent.directory().chmod(name, entry.mode());
        }
    }

    /** Of a directory that the archive says nothing of. */
    void giveToRoot(OpenDirectories.Entered parent, FileName name, int mode) {
        if (isSetGid(parent)) {
            parent.directory().chown(name, created.uid(), created.gid());
        }
        if (isSetGid(parent) || !isMode(mode)) {
            parent.directory().chmod(name, mode);
        }
    }

    private boolean isOwner(OpenDirectories.Entered parent, int uid, int gid) {
        // In a set-gid directory, files get its group.
        int group = isSetGid(parent) ? parent.before().gid() : created.gid();
        return uid == created.uid() && gid == group;
    }

    private static boolean isSetGid(OpenDirectories.Entered parent) {
        return (parent.before().mode() & SET_GID) != 0;
    }

    private boolean isMode(int mode) {
        return (mode & SPECIAL) == 0 && (mode & created.mode()) == mode;
    }
}
