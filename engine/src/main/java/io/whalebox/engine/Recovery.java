package io.whalebox.engine;

import io.whalebox.linux.Directory;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.network.Endpoint;
import io.whalebox.runtime.ExitFile;
import io.whalebox.runtime.WaitStatus;
import io.whalebox.runtime.cgroup.Cgroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Ends what the death of an engine left unfinished: containers half-made or running that nobody is responsible for. */
final class Recovery {
    private static final System.Logger LOG = Loggers.named("io.whalebox.engine");

    private final Engine engine;
    private final ContainerStore containers;
    private final Ownership ownership;

    Recovery(Engine engine) {
        this.engine = engine;
        this.containers = engine.containerStore();
        this.ownership = engine.ownership();
    }

    void run() {
        boolean died = false;
        for (Ownership.Mark mark : ownership.abandoned()) {
            died = true;
            try (mark) {
                tidy(mark.id(), true);
            }
        }
        if (firstSinceBoot() || died) {
            engine.networks().connections().recover();
        }
    }

    /** After a restart of the machine there are no marks, and what was half-made is known by its lack of a record. */
    private boolean firstSinceBoot() {
        if (!isFirstSinceBoot("swept")) {
            return false;
        }
        for (String id : containers.ids()) {
            if (!ownership.isOwned(id)) {
                tidy(id, false);
            }
        }
        return true;
    }

    /**
     * Whether this is asked for the first time since the machine was started.
     *
     * @param what is done then
     */
    boolean isFirstSinceBoot(String what) {
        try {
            Files.createFile(engine.home().run().resolve(what));
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Brings a container that nobody holds into order.
     *
     * @param left whether somebody died while he held it
     */
    private void tidy(String id, boolean left) {
        Optional<ContainerRecord> found;
        try {
            found = containers.find(id);
        } catch (WhaleboxException e) {
            // Damaged, and said so: a user may want to look at it, so it stays until it is removed by force.
            LOG.log(System.Logger.Level.WARNING, e.getMessage());
            return;
        }
        if (found.isEmpty()) {
            LOG.log(System.Logger.Level.INFO, "removing half-made container {0}", id);
            containers.discard(id, Optional.empty(), true);
            containers.dropNamesOf(id);
            return;
        }
        if (found.get().state().isOpen()) {
            var _ = end(found.get());
        } else if (left && found.get().autoRemove()) {
            // It was about to be started.
            containers.remove(found.get(), true);
        }
    }

    /** Writes down how a container ended that nobody runs any more, and takes away what is not to be kept of it. */
    RunningContainer.Exit end(ContainerRecord container) {
        Optional<ExitFile> exit = exit(container.id());
        Optional<Cgroup> group = engine.cgroups().find(container.cgroupPath());
        int status = exit.map(it -> it.status().exitStatus()).orElse(WaitStatus.KILLED);
        boolean outOfMemory = group.map(Cgroup::oomKilled).orElse(false);
        // One that shared the host's PID namespace, or whose monitor was killed, may have left processes.
        group.ifPresent(Cgroup::end);
        String at = exit.map(ExitFile::at).orElseGet(Instant::now).toString();
        close(container, container.state().endedAt(at, status, outOfMemory));
        return new RunningContainer.Exit(status, outOfMemory);
    }

    private Optional<ExitFile> exit(String id) {
        try (Directory directory = Directory.open(engine.home().container(id).toString())) {
            return ExitFile.read(directory);
        } catch (WhaleboxException e) {
            LOG.log(System.Logger.Level.WARNING, "container " + id + ": " + e.getMessage());
            return Optional.empty();
        }
    }

    /** Writes down that a container has ended of which no process is left. */
    void close(ContainerRecord container, ContainerState ended) {
        List<Endpoint> left = engine.networks().disconnect(container);
        engine.events().ended(container, containers.mounts(container), ended.exitStatus(), ended.outOfMemory());
        engine.networks().tell("disconnect", container, left);
        if (container.autoRemove()) {
            LOG.log(System.Logger.Level.DEBUG, "removing container {0}", container.id());
            containers.remove(container, true);
        } else {
            containers.save(container.with(ended));
        }
    }
}
