package io.whalebox.engine;

import io.whalebox.linux.Directory;
import io.whalebox.linux.DirectoryEntry;
import io.whalebox.linux.Errno;
import io.whalebox.linux.FileName;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Loggers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The files of removed containers. They are moved out of the way in one step, so that a container is there as a whole
 * or not at all, and deleted on a thread of their own: nobody waits for what only gives space back.
 */
final class Remains implements AutoCloseable {
    private static final System.Logger LOG = Loggers.named("io.whalebox.engine");

    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Home home;
    private final ExecutorService deletions = DaemonThreads.pool("deletions-");
    private final Executor soon = CompletableFuture.delayedExecutor(PAUSE.toNanos(), TimeUnit.NANOSECONDS, deletions);
    private final Set<FileName> waiting = ConcurrentHashMap.newKeySet();

    Remains(Home home) {
        this.home = home;
    }

    /** Takes a container's directory over; false where there is none. */
    boolean take(String id) {
        FileName name = FileName.of(id);
        try (Directory containers = Directory.open(home.containers().toString());
                Directory removed = Directory.open(home.removed().toString())) {
            containers.rename(name, removed, name);
            return true;
        } catch (LinuxException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Sees to it that what was taken, if it was, is deleted soon; not at once, because others would wait for the disk
     * meanwhile.
     */
    void delete(String id) {
        FileName name = FileName.of(id);
        waiting.add(name);
        soon.execute(() -> deleteWaiting(name));
    }

    private void deleteWaiting(FileName name) {
        if (waiting.remove(name)) {
            delete(name);
        }
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
        waiting.forEach(this::deleteWaiting);
        deletions.close();
    }
}
