package io.whalebox.engine;

import io.whalebox.linux.Directory;
import io.whalebox.linux.DirectoryEntry;
import io.whalebox.linux.Errno;
import io.whalebox.linux.FileName;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Loggers;
import java.util.concurrent.ExecutorService;

/**
 * The files of removed containers. They are moved out of the way in one step, so that a container is there as a whole
 * or not at all, and deleted on a thread of their own: nobody waits for what only gives space back.
 */
final class Remains implements AutoCloseable {
    private static final System.Logger LOG = Loggers.named("io.whalebox.engine");

    private final Home home;
    private final ExecutorService deletions = DaemonThreads.pool("deletions-");

    Remains(Home home) {
        this.home = home;
    }

    /** Takes a container's directory over, if there is one. */
    void take(String id) {
        FileName name = FileName.of(id);
        try (Directory containers = Directory.open(home.containers().toString());
                Directory removed = Directory.open(home.removed().toString())) {
            containers.rename(name, removed, name);
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT)) {
                return;
            }
            throw e;
        }
        deletions.execute(() -> delete(name));
    }

    /** Takes over what others began to delete, who may be dead. */
    void sweep() {
        try (Directory removed = Directory.open(home.removed().toString())) {
            for (DirectoryEntry entry : removed.list()) {
                deletions.execute(() -> delete(entry.name()));
            }
        }
    }

    private void delete(FileName name) {
        try (Directory removed = Directory.open(home.removed().toString())) {
            removed.removeTree(name);
        } catch (LinuxException e) {
            // Another engine may have swept it; what it could not delete either, the next one tries again.
            if (!e.is(Errno.ENOENT)) {
                LOG.log(System.Logger.Level.WARNING, "cannot delete the files of container " + name, e);
            }
        }
    }

    /** Returns when all that was taken is deleted. */
    @Override
    public void close() {
        deletions.close();
    }
}
