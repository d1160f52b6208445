package io.whalebox.engine;

import io.whalebox.engine.event.EventLog;
import io.whalebox.engine.volume.VolumeStore;
import io.whalebox.image.Image;
import io.whalebox.image.ImageStore;
import io.whalebox.image.ImageUsers;
import io.whalebox.image.Lease;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Processes;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Attachment;
import io.whalebox.runtime.KernelFeatures;
import io.whalebox.runtime.PlanCompiler;
import io.whalebox.runtime.PlanCompiler.CgroupStart;
import io.whalebox.runtime.Spec;
import io.whalebox.runtime.cgroup.Cgroup;
import io.whalebox.runtime.cgroup.CgroupHierarchy;
import io.whalebox.runtime.cgroup.Cgroups;
import io.whalebox.storage.Digest;
import io.whalebox.storage.LayerStack;
import io.whalebox.storage.LayerStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * A container engine over one store.
 *
 * <p>{@snippet :
 * try (Engine engine = Engine.open(Home.of(System.getenv()));
 *         Streams streams = Streams.inherited();
 *         RunningContainer container = engine.run(
 *                 ContainerSpec.of("busybox").command("echo", "hello").build(), streams)) {
 *     System.exit(container.await().exitStatus());
 * }
 * }
 *
 * <p>Any number of engines, in this process and in others, may use a store at the same time. Opening one tidies up
 * after those that have died.
 */
public final class Engine implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("io.whalebox.engine");

    private final Home home;
    private final LayerStore layers;
    private final ImageStore images;
    private final ContainerStore containers;
    private final Ownership ownership;
    private final Cgroups cgroups;
    private final SpecResolver resolver;
    /** A thread for each container that this engine watches: it waits in the kernel. */
    private final ExecutorService watchers;

    private final EventLog eventLog;
    private final boolean borrowed;

    private Engine(Home home) {
        this.home = home;
        borrowed = false;
        watchers = Executors.newCachedThreadPool(Thread.ofPlatform()
                .name("watcher-", 1)
                .inheritInheritableThreadLocals(false)
                .daemon()
                .factory());
        layers = LayerStore.open(home.root());
        eventLog = EventLog.in(home.run());
        containers = new ContainerStore(home);
        ownership = new Ownership(home.owned());
        images = ImageStore.open(home.root(), layers, this::imageUsers);
        cgroups = Cgroups.ofThisMachine();
        resolver =
                new SpecResolver(cgroups, new SpecResolver.Machine(hostname()), new VolumeMounts(containers.volumes()));
    }

    /**
     * Opens the engine of a store, which is made where it does not exist.
     *
     * @throws WhaleboxException DENIED for a user who is not root
     */
    public static Engine open(Home home) {
        if (Processes.effectiveUser() != 0) {
            throw new WhaleboxException(
                    ErrorKind.DENIED, "whalebox makes containers as root only: run it by sudo or as root");
        }
        try {
            for (Path directory :
                    List.of(home.root(), home.containers(), home.removed(), home.names(), home.run(), home.owned())) {
                // Programs with set-uid bits lie in here; nobody else may reach them (CVE-2021-41091).
                Files.createDirectories(
                        directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Engine engine = new Engine(home);
        engine.recovery().run();
        engine.images.sweep();
        engine.containers.sweep();
        engine.volumes().sweep();
        return engine;
    }

    /**
     * Begins, on a thread of its own, what the first container of this process will need and what takes some
     * milliseconds: worth calling first of all in a program that lives for one container.
     */
    public static void prepare() {
        Thread.ofPlatform().daemon().name("prepare").start(() -> {
            ImageStore.prepare();
            ContainerStore.prepare();
            ProcessFile.prepare();
            Filters.prepare();
        });
    }

    private Recovery recovery() {
        return new Recovery(home, containers, ownership, cgroups);
    }

    /** The images of this store. */
    public ImageStore images() {
        return images;
    }

    /** The volumes of this store. */
    public VolumeStore volumes() {
        return containers.volumes();
    }

    /** What happens in this store. */
    public EventLog eventLog() {
        return eventLog;
    }

    ContainerEvents events() {
        return new ContainerEvents(eventLog);
    }

    ContainerVolumes containerVolumes() {
        return new ContainerVolumes(this, volumes());
    }

    /** The control groups of this machine. */
    public Cgroups cgroups() {
        return cgroups;
    }

    /** All containers of this store, running or not. */
    public List<ContainerRecord> containers() {
        return containers.list();
    }

    /** The files of a container. */
    public ContainerFiles files(ContainerRecord container) {
        return new ContainerFiles(this, layers, container);
    }

    /** Whether a container runs now. */
    public boolean isRunning(ContainerRecord container) {
        return container.state().isOpen() && ownership.isOwned(container.id());
    }

    /**
     * Finds a container by its name, its id, or a unique prefix of that.
     *
     * @throws WhaleboxException NOT_FOUND, or INVALID for nothing at all or a prefix of several
     */
    public ContainerRecord find(String nameOrId) {
        if (nameOrId.isEmpty()) {
            throw new WhaleboxException(ErrorKind.INVALID, "invalid container name or ID: value is empty");
        }
        Optional<ContainerRecord> named = containers.owner(nameOrId).flatMap(containers::find);
        if (named.isPresent()) {
            return named.get();
        }
        List<String> ids =
                containers.ids().stream().filter(id -> id.startsWith(nameOrId)).toList();
        if (ids.size() > 1) {
            throw new WhaleboxException(ErrorKind.INVALID, "Multiple IDs found with provided prefix: " + nameOrId);
        }
        return ids.stream()
                .findFirst()
                .flatMap(containers::find)
                .orElseThrow(() -> new WhaleboxException(ErrorKind.NOT_FOUND, "No such container: " + nameOrId));
    }

    /** Removes a container that does not run, and leaves its volumes. */
    public void remove(ContainerRecord container) {
        remove(container, false);
    }

    /**
     * Removes a container that does not run.
     *
     * @param volumes whether the volumes go with it that were made for it alone
     * @throws WhaleboxException CONFLICT for one that runs
     */
    public void remove(ContainerRecord container, boolean volumes) {
        if (ownership.isOwned(container.id())) {
            throw new WhaleboxException(
                    ErrorKind.CONFLICT,
                    "cannot remove container \"/" + container.name()
                            + "\": container is running: stop the container before removing or force remove");
        }
        if (volumes) {
            containers.removeWithVolumes(container.id(), Optional.of(container.name()));
        } else {
            containers.remove(container.id(), Optional.of(container.name()));
        }
    }

    /**
     * Ends a container that another process runs, and waits until it is over. One that does not run is left as it is.
     */
    public void kill(ContainerRecord container) {
        cgroups.find(container.cgroupPath()).ifPresent(Cgroup::kill);
        // The one who runs it writes its end down, and only then lets go.
        var _ = settle(container.id(), Recovery.KILLED);
    }

    /**
     * Makes a container and runs it, without a terminal.
     *
     * @throws io.whalebox.runtime.LaunchException when the kernel refused a step of starting it; then it stays as one
     *     that was never started, unless it has {@link ContainerSpec#autoRemove}
     * @throws WhaleboxException for whatever else is wrong with the specification; nothing is left of it then
     */
    public RunningContainer run(ContainerSpec spec, Streams streams) {
        ContainerCreation.Created made = new ContainerCreation(this, spec).create(Optional.empty());
        return new ContainerStart(this, made.record(), made.resolved(), made.mark()).run(streams);
    }

    /**
     * Makes a container and runs it with a terminal of its own ({@link RunningContainer#terminal}).
     *
     * @param size of the terminal at first
     */
    public RunningContainer run(ContainerSpec spec, Spec.Console size) {
        try (Streams none = Streams.none()) {
            ContainerCreation.Created made = new ContainerCreation(this, spec).create(Optional.of(size));
            return new ContainerStart(this, made.record(), made.resolved(), made.mark()).run(none);
        }
    }

    /** Makes a container, to be started later. */
    public Container create(ContainerSpec spec) {
        ContainerCreation.Created made = new ContainerCreation(this, spec).create(console(spec));
        try (Ownership.Mark _ = made.mark()) {
            return container(made.record());
        }
    }

    /**
     * Makes a container and starts it, to live on its own, whatever becomes of this process.
     *
     * @throws io.whalebox.runtime.LaunchException as {@link #run} does
     */
    public Container start(ContainerSpec spec, Start start) {
        ContainerCreation.Created made =
                new ContainerCreation(this, spec).create(start.console().or(() -> console(spec)));
        start.created().accept(made.record().id());
        return new ContainerStart(this, made.record(), made.resolved(), made.mark()).start(start.attachments(), 0);
    }

    /** A terminal whose size nobody knows yet. */
    private static Optional<Spec.Console> console(ContainerSpec spec) {
        return spec.program().terminal() ? Optional.of(new Spec.Console(0, 0)) : Optional.empty();
    }

    /**
     * How a container is started that lives on its own.
     *
     * @param attachments streams that miss nothing of its output
     * @param console the size of its terminal at first, if it gets one and that is known
     * @param created told the id of a container that is made and about to be started
     */
    public record Start(List<Attachment> attachments, Optional<Spec.Console> console, Consumer<String> created) {
        public Start {
            attachments = List.copyOf(attachments);
        }

        /** Left to itself from the beginning. */
        public static Start detached() {
            return new Start(List.of(), Optional.empty(), _ -> {});
        }
    }

    /** A container, to do something with. */
    public Container container(ContainerRecord record) {
        return new Container(this, record, Optional.empty());
    }

    /** Watches over the containers that an earlier engine has started, so that their ends are written down at once. */
    public void adopt() {
        for (ContainerRecord record : containers.list()) {
            if (isRunning(record)) {
                var _ = watch(record.id(), () -> container(record).await().exitStatus());
            }
        }
    }

    /** Waits for the end of a container on a thread of its own, and settles it. */
    CompletableFuture<RunningContainer.Exit> watch(String id, IntSupplier status) {
        CompletableFuture<RunningContainer.Exit> end = new CompletableFuture<>();
        watchers.execute(() -> {
            try {
                end.complete(settle(id, status.getAsInt()));
            } catch (RuntimeException e) {
                end.completeExceptionally(e);
                LOG.log(System.Logger.Level.WARNING, "the end of container " + id + " was not seen", e);
            }
        });
        return end;
    }

    /**
     * Writes the end of a container down, once nobody runs it any more. Whoever comes second finds it done.
     *
     * @param status what is known of its end, should nothing be left to read
     */
    RunningContainer.Exit settle(String id, int status) {
        try (Ownership.Mark _ = ownership.take(id)) {
            Optional<ContainerRecord> record = containers.find(id);
            if (record.isEmpty()) {
                return new RunningContainer.Exit(status, false);
            }
            if (!record.get().state().isOpen()) {
                return new RunningContainer.Exit(
                        record.get().exitStatus(), record.get().outOfMemory());
            }
            return recovery().end(record.get());
        }
    }

    /**
     * Gives a container another name.
     *
     * @throws WhaleboxException CONFLICT when another has it
     */
    public void rename(ContainerRecord container, String name) {
        String wanted = new ContainerName(name).text();
        if (wanted.equals(container.name())) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, "Renaming a container with the same name as its current name");
        }
        containers.claimName(wanted, container.id());
        containers.save(container.config().called(wanted));
        containers.dropName(container.name());
    }

    /** What a container has printed, as far as it was recorded. */
    public ContainerLog log(ContainerRecord container) {
        return new ContainerLog(
                home.container(container.id()),
                () -> containers.find(container.id()).filter(this::isRunning).isPresent());
    }

    /** Whether all processes of a container are stopped by {@link Container#pause}. */
    public boolean isPaused(ContainerRecord container) {
        return cgroups.find(container.cgroupPath()).map(Cgroup::isFrozen).orElse(false);
    }

    /** What {@link #run} would do. */
    public Explanation explain(ContainerSpec wanted) {
        Image image = images.resolve(wanted.image());
        ContainerSpec spec =
                containerVolumes().complete(wanted, image.config().config().volumes(), () -> "VOLUME");
        Path directory = home.container("ID");
        SpecResolver.Base base = new SpecResolver.Base(image.config().config(), layerStack(image));
        Resolved resolved = resolve(spec, base, "ID", console(spec));
        return new Explanation(
                List.of(directory.toString(), directory + "/upper", directory + "/work"),
                resolved.cgroup().actions(),
                PlanCompiler.compile(resolved.spec(), cgroupStart(), KernelFeatures.ofThisMachine()),
                resolved.spec().protection().seccomp().map(Filters::listing).orElse(List.of()),
                resolved.warnings());
    }

    /**
     * Runs a further program in a container that runs.
     *
     * @param attachments streams that miss nothing of its output
     * @throws io.whalebox.runtime.LaunchException when the kernel refused a step, as for a program that is not there
     * @throws WhaleboxException CONFLICT when the container does not run
     */
    public Exec exec(ContainerRecord container, ExecSpec spec, List<Attachment> attachments) {
        return new ExecStart(this, container).start(spec, attachments);
    }

    Resolved resolve(ContainerSpec spec, SpecResolver.Base base, String id, Optional<Spec.Console> console) {
        return resolver.resolve(spec, base, new SpecResolver.Place(id, home.container(id)), console);
    }

    LayerStack layerStack(Image image) {
        return LayerStack.of(images.layers(image));
    }

    /** What is below a container's own layer. */
    LayerStack layerStack(ContainerRecord container) {
        return LayerStack.of(container.layers().stream()
                .map(Digest::parse)
                .map(layer -> layers.find(layer)
                        .orElseThrow(() -> new WhaleboxException(
                                ErrorKind.INTERNAL,
                                "the layer " + layer + " of container " + container.id() + " is missing")))
                .toList());
    }

    /** How a process gets into its group here; the descriptors follow when there is a group. */
    CgroupStart cgroupStart() {
        return cgroups.hierarchy().mode() == CgroupHierarchy.Mode.UNIFIED
                ? new CgroupStart.Born()
                : new CgroupStart.Joins(cgroups.hierarchy().mounts().size());
    }

    Home home() {
        return home;
    }

    ContainerStore containerStore() {
        return containers;
    }

    Ownership ownership() {
        return ownership;
    }

    Lease lease() {
        return images.lease();
    }

    private List<ImageUsers.User> imageUsers() {
        return containers.list().stream()
                .map(container -> new ImageUsers.User(
                        container.id(),
                        Digest.parse(container.imageId()),
                        container.layers().stream().map(Digest::parse).toList(),
                        isRunning(container)))
                .toList();
    }

    private static String hostname() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Engine(Engine owner) {
        home = owner.home;
        layers = owner.layers;
        images = owner.images;
        containers = owner.containers;
        ownership = owner.ownership;
        cgroups = owner.cgroups;
        resolver = owner.resolver;
        watchers = owner.watchers;
        eventLog = owner.eventLog;
        borrowed = true;
    }

    /** This engine for somebody who will close it as if it were his own, which leaves it open. */
    public Engine borrow() {
        return new Engine(this);
    }

    /** Whether a container needs an engine, to be watched or to be started again. */
    public boolean isNeeded() {
        return containers.list().stream().anyMatch(this::isRunning);
    }

    /** Lets go of the store; containers that run are their holders' to close. */
    @Override
    public void close() {
        if (borrowed) {
            return;
        }
        LOG.log(System.Logger.Level.DEBUG, "closing the engine of {0}", home.root());
        watchers.shutdown();
        containers.close();
        cgroups.removeEmptyParents();
        images.close();
        layers.close();
    }
}
