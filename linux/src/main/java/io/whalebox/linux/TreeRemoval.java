package io.whalebox.linux;

import java.util.List;

/**
 * Removes a tree that may be deeper than the longest path and than the number of descriptors that a process may have:
 * below a certain depth, a directory is not entered but moved up to the top of the tree, and its turn comes there.
 */
final class TreeRemoval {
    private static final int MAX_DEPTH = 64;
    /** A directory in which others create files meanwhile is emptied again this often before that is an error. */
    private static final int ATTEMPTS = 8;

    private final Directory top;
    private long moved;

    private TreeRemoval(Directory top) {
        this.top = top;
    }

    static void remove(Directory parent, FileName name) {
        if (parent.find(name).map(Stat::isDirectory).orElse(false)) {
            for (int attempt = 1; ; attempt++) {
                try (Directory directory = enter(parent, name)) {
                    new TreeRemoval(directory).emptyTop();
                }
                if (removeDirectory(parent, name, attempt)) {
                    return;
                }
            }
        } else {
            unlink(parent, name);
        }
    }

    private void emptyTop() {
        long before;
        do {
            before = moved;
            empty(top, 0);
        } while (moved != before);
    }

    private void empty(Directory directory, int depth) {
        try (DirectoryReader reader = new DirectoryReader(directory)) {
            for (List<DirectoryEntry> some = reader.next(); !some.isEmpty(); some = reader.next()) {
                for (DirectoryEntry entry : some) {
                    if (entry.type() != FileType.DIRECTORY) {
                        unlink(directory, entry.name());
                    } else if (depth == MAX_DEPTH) {
                        moveUp(directory, entry.name());
                    } else {
                        removeBelow(directory, entry.name(), depth + 1);
                    }
                }
            }
        }
    }

    private void removeBelow(Directory parent, FileName name, int depth) {
        for (int attempt = 1; ; attempt++) {
            try (Directory directory = enter(parent, name)) {
                empty(directory, depth);
            }
            if (removeDirectory(parent, name, attempt)) {
                return;
            }
        }
    }

    private void moveUp(Directory parent, FileName name) {
        boolean done = false;
        while (!done) {
            done = parent.renameIfAbsent(name, top, FileName.of(".removed-" + moved));
            moved++;
        }
    }

    private static Directory enter(Directory parent, FileName name) {
        if (Processes.effectiveUser() != 0) {
            // A user may remove his own directory although its mode keeps even him out.
            parent.chmod(name, 0700);
        }
        return parent.resolveDirectory(
                name.shared(), OpenFlags.RESOLVE_BENEATH | OpenFlags.RESOLVE_NO_SYMLINKS | OpenFlags.RESOLVE_NO_XDEV);
    }

    /** Whether it is gone; it may have been filled again. */
    private static boolean removeDirectory(Directory parent, FileName name, int attempt) {
        try {
            parent.rmdir(name);
            return true;
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT)) {
                return true;
            }
            if (e.is(Errno.ENOTEMPTY) && attempt < ATTEMPTS) {
                return false;
            }
            throw e;
        }
    }

    private static void unlink(Directory parent, FileName name) {
        try {
            parent.unlink(name);
        } catch (LinuxException e) {
            if (!e.is(Errno.ENOENT)) {
                throw e;
            }
        }
    }
}
