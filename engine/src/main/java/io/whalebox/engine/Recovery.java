package io.whalebox.engine;

import io.whalebox.engine.event.EventLog;
import io.whalebox.linux.Directory;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.network.Connections;
import io.whalebox.runtime.ExitFile;
import io.whalebox.runtime.cgroup.Cgroup;
import io.whalebox.runtime.cgroup.Cgroups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Optional;

/** Ends what the death of an engine left unfinished: containers half-made or running that nobody is responsible for. */
final class Recovery {
    private static final System.Logger LOG = System.getLogger("io.whalebox.engine");
    /** What is said of a container whose end nobody saw. */
    static final int KILLED = 137;

    private final Home home;
    private final ContainerStore containers;
    private final Ownership ownership;
    private final Cgroups cgroups;
    private final Connections connections;

    Recovery(Home home, ContainerStore containers, Ownership ownership, Cgroups cgroups, Connections connections) {
        this.home = home;
        this.containers = containers;
        this.ownership = ownership;
        this.cgroups = cgroups;
        this.connections = connections;
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
            connections.recover();
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
            Files.createFile(home.run().resolve(what));
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
            containers.removeWithVolumes(id, Optional.empty());
            containers.dropNamesOf(id);
            return;
        }
        if (found.get().state().isOpen()) {
            var _ = end(found.get());
        } else if (left && found.get().autoRemove()) {
            // It was about to be started.
            containers.removeWithVolumes(id, Optional.of(found.get().name()));
        }
    }

    /** Writes down how a container ended that nobody runs any more, and takes away what is not to be kept of it. */
    RunningContainer.Exit end(ContainerRecord container) {
        String id = container.id();
        Optional<ExitFile> exit;
        try (Directory directory = Directory.open(home.container(id).toString())) {
            exit = ExitFile.read(directory);
        } catch (WhaleboxException e) {
            LOG.log(System.Logger.Level.WARNING, "container " + id + ": " + e.getMessage());
            exit = Optional.empty();
        }
        Optional<Cgroup> group = cgroups.find(container.cgroupPath());
        int status = exit.map(it -> it.status().exitStatus()).orElse(KILLED);
        boolean outOfMemory = group.map(Cgroup::oomKilled).orElse(false);
        group.ifPresent(Recovery::end);
        connections.disconnect(id);
        if (container.state().isOpen()) {
            new ContainerEvents(EventLog.in(home.run()))
                    .ended(container, MountFile.read(home.container(id)), status, outOfMemory);
        }
        if (container.autoRemove()) {
            LOG.log(System.Logger.Level.DEBUG, "removing container {0}", id);
            containers.removeWithVolumes(id, Optional.of(container.name()));
        } else if (container.state().isOpen()) {
            String at = exit.map(ExitFile::at).orElseGet(Instant::now).toString();
            containers.save(container.with(container.state().endedAt(at, status, outOfMemory)));
        }
        return new RunningContainer.Exit(status, outOfMemory);
    }

    /** A container that shared the host's PID namespace, or whose monitor was killed, may have left processes. */
    private static void end(Cgroup cgroup) {
        if (!cgroup.removeIfEmpty()) {
            cgroup.kill();
            cgroup.remove();
        }
    }
}
