package io.whalebox.engine;

import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.Signal;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.MonitorConnection;
import io.whalebox.runtime.WaitStatus;
import io.whalebox.runtime.cgroup.Cgroup;
import io.whalebox.runtime.cgroup.CgroupPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The containers of a store as they are now, and how they leave it or are called otherwise. */
final class ContainerCatalog {
    private static final System.Logger LOG = Loggers.named("io.whalebox.engine");

    private final Engine engine;
    private final ContainerStore store;

    ContainerCatalog(Engine engine) {
        this.engine = engine;
        store = engine.containerStore();
    }

    List<ContainerRecord> list() {
        return seen().map(Seen::record).toList();
    }

    /** With what they do, each asked for once. */
    List<ListedContainer> listed() {
        return seen().map(this::listed).toList();
    }

    private Stream<Seen> seen() {
        return store.list().stream().map(this::current).flatMap(Optional::stream);
    }

    /** A container at the moment when it was looked at. */
    private record Seen(ContainerRecord record, boolean running) {}

    private ListedContainer listed(Seen seen) {
        ContainerRecord record = seen.record();
        return new ListedContainer(
                record,
                Instant.parse(record.created()),
                status(seen),
                HealthChecks.of(engine, record, seen.running()),
                store.mounts(record));
    }

    /** As it is now: the end of one that nobody watched is written down first. */
    private Optional<Seen> current(ContainerRecord record) {
        boolean running = engine.isRunning(record);
        if (running || !record.state().isOpen()) {
            return Optional.of(new Seen(record, running));
        }
        var _ = engine.settle(record, WaitStatus.KILLED);
        return store.find(record.id()).map(it -> new Seen(it, engine.isRunning(it)));
    }

    ContainerRecord find(String nameOrId) {
        if (nameOrId.isEmpty()) {
            throw new WhaleboxException(ErrorKind.INVALID, "invalid container name or ID: value is empty");
        }
        return store.find(id(nameOrId))
                .flatMap(this::current)
                .map(Seen::record)
                .orElseThrow(() -> new WhaleboxException(ErrorKind.NOT_FOUND, "No such container: " + nameOrId));
    }

    /** Which id is meant; itself when there is none. */
    private String id(String nameOrId) {
        Optional<String> named = store.owner(nameOrId);
        if (named.isPresent()) {
            return named.get();
        }
        if (store.isId(nameOrId)) {
            return nameOrId;
        }
        List<String> ids =
                store.ids().stream().filter(id -> id.startsWith(nameOrId)).toList();
        if (ids.size() > 1) {
            throw new WhaleboxException(ErrorKind.INVALID, "Multiple IDs found with provided prefix: " + nameOrId);
        }
        return ids.stream()
                .findFirst()
                .orElseThrow(() -> new WhaleboxException(ErrorKind.NOT_FOUND, "No such container: " + nameOrId));
    }

    ContainerStatus status(ContainerRecord container) {
        return status(new Seen(container, engine.isRunning(container)));
    }

    private ContainerStatus status(Seen seen) {
        ContainerRecord container = seen.record();
        if (seen.running()) {
            return engine.isPaused(container) ? ContainerStatus.PAUSED : ContainerStatus.RUNNING;
        }
        if (container.isToRestart()) {
            return ContainerStatus.RESTARTING;
        }
        return container.started().isEmpty() ? ContainerStatus.CREATED : ContainerStatus.EXITED;
    }

    void remove(ContainerRecord container, boolean volumes) {
        ContainerStatus status = status(find(container.id()));
        Optional<ContainerHold.Held> held =
                status.isActive() ? Optional.empty() : new ContainerHold(engine, container.id()).take();
        if (held.isEmpty()) {
            String state = status.isActive() ? status.text() : ContainerStatus.RUNNING.text();
            throw new WhaleboxException(
                    ErrorKind.CONFLICT,
                    "cannot remove container \"/" + container.name() + "\": container is " + state
                            + (status == ContainerStatus.PAUSED
                                    ? " and must be unpaused first"
                                    : ": stop the container before removing or force remove"));
        }
        try (Ownership.Mark _ = held.get().mark()) {
            store.remove(held.get().record(), volumes);
        }
    }

    void kill(ContainerRecord container) {
        store.stopped(container.id());
        new ContainerHold(engine, container.id()).awaitDecision();
        Optional<ContainerRecord> running = store.find(container.id()).filter(engine::isRunning);
        running.ifPresent(it -> engine.events().tell(it, "kill", "signal", String.valueOf(Signal.KILL.number())));
        running.flatMap(it -> engine.cgroups().find(it.cgroupPath())).ifPresent(Cgroup::kill);
        // The one who runs it writes its end down, and only then lets go.
        running.ifPresent(it -> engine.settle(it, WaitStatus.KILLED));
    }

    void removeByForce(String nameOrId, boolean volumes) {
        ContainerRecord container;
        try {
            container = find(nameOrId);
        } catch (WhaleboxException e) {
            if (e.kind() != ErrorKind.INTERNAL) {
                throw e;
            }
            removeDamaged(id(nameOrId), volumes);
            return;
        }
        boolean ends = status(container).isActive();
        if (ends) {
            kill(container);
        }
        try {
            remove(container, volumes);
        } catch (WhaleboxException e) {
            // One that removes itself has done so by now.
            if (!ends || e.kind() != ErrorKind.NOT_FOUND) {
                throw e;
            }
        }
    }

    /** Where not even the name or the control group can be read, the monitor still knows what it monitors. */
    private void removeDamaged(String id, boolean volumes) {
        Set<CgroupPath> groups = new HashSet<>();
        groups.add(SpecResolver.standardCgroup(id));
        try (MonitorConnection monitor = MonitorConnection.connect(engine.home().monitor(id))) {
            if (monitor.status() instanceof MonitorConnection.Running running) {
                groups.addAll(groupsOf(running.pid(), id));
            }
            monitor.signal(Signal.KILL.number());
            var _ = monitor.await();
        } catch (LinuxException e) {
            if (!e.is(Errno.ENOENT) && !e.is(Errno.ECONNREFUSED)) {
                throw e;
            }
        }
        try (Ownership.Mark _ = engine.ownership().take(id)) {
            groups.stream()
                    .map(engine.cgroups()::find)
                    .flatMap(Optional::stream)
                    .forEach(Cgroup::end);
            store.discard(id, Optional.empty(), volumes);
            store.dropNamesOf(id);
        }
    }

    /** Of those that a process is in, which are called so (cgroups(7)). */
    private static List<CgroupPath> groupsOf(int pid, String id) {
        try (Stream<String> lines = Files.lines(Path.of("/proc", Integer.toString(pid), "cgroup"))) {
            return lines.map(line -> line.substring(line.indexOf('/')))
                    .filter(path -> path.endsWith("/" + id))
                    .map(CgroupPath::of)
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            LOG.log(System.Logger.Level.DEBUG, "container {0} has just ended", id);
            return List.of();
        }
    }

    void rename(ContainerRecord container, String name) {
        String wanted = new ContainerName(name).text();
        if (wanted.equals(container.name())) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, "Renaming a container with the same name as its current name");
        }
        store.claimName(wanted, container.id());
        store.save(container.config().called(wanted));
        engine.networks().connections().rename(container.id(), wanted);
        store.dropName(container.name());
        engine.events().tell(find(container.id()), "rename", "oldName", "/" + container.name());
    }
}
