package io.whalebox.engine;

import io.whalebox.engine.event.EventLog;
import io.whalebox.engine.volume.VolumeStore;
import io.whalebox.image.Image;
import io.whalebox.image.ImageStore;
import io.whalebox.image.ImageUsers;
import io.whalebox.image.Lease;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.Processes;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Attachment;
import io.whalebox.runtime.Launcher;
import io.whalebox.runtime.PlanCompiler.CgroupStart;
import io.whalebox.runtime.Spec;
import io.whalebox.runtime.cgroup.CgroupHierarchy;
import io.whalebox.runtime.cgroup.Cgroups;
import io.whalebox.storage.LayerStack;
import io.whalebox.storage.LayerStore;
import java.util.List;
import java.util.Optional;

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
    private static final System.Logger LOG = Loggers.named("io.whalebox.engine");

    private final Home home;
    private final LayerStore layers;
    private final ImageStore images;
    private final ContainerStore containers;
    private final Ownership ownership;
    private final Cgroups cgroups;
    private final ContainerNetworks networks;
    private final SpecResolver resolver;
    private final Supervisor supervisor;
    private final Watchers watchers;

    private final EventLog eventLog;
    private final boolean borrowed;

    private Engine(Home home) {
        this.home = home;
        borrowed = false;
        watchers = new Watchers(this);
        layers = LayerStore.open(home.root());
        eventLog = EventLog.in(home.run());
        containers = new ContainerStore(home, eventLog);
        ownership = new Ownership(home.owned());
        images = ImageStore.open(home.root(), layers, this::imageUsers);
        cgroups = Cgroups.ofThisMachine();
        networks = new ContainerNetworks(this);
        resolver = new SpecResolver(cgroups, SpecResolver.Machine.ofThis(), new VolumeMounts(containers.volumes()));
        supervisor = new Supervisor(this);
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
        home.make();
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

    Recovery recovery() {
        return new Recovery(this);
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

    /** The control groups of this machine. */
    public Cgroups cgroups() {
        return cgroups;
    }

    /** The networks of this store, and what its containers have of them. */
    public ContainerNetworks networks() {
        return networks;
    }

    ContainerLinks links() {
        return new ContainerLinks(this);
    }

    /** All containers of this store, running or not. */
    public List<ContainerRecord> containers() {
        return catalog().list();
    }

    /** The same with what they do now. */
    public List<ListedContainer> list() {
        return catalog().listed();
    }

    private ContainerCatalog catalog() {
        return new ContainerCatalog(this);
    }

    /** The files of a container. */
    public ContainerFiles files(ContainerRecord container) {
        return new ContainerFiles(this, layers, container);
    }

    /** Whether a container runs now. */
    public boolean isRunning(ContainerRecord container) {
        return container.state().isOpen() && ownership.isOwned(container.id());
    }

    /** The ids of further programs that run in a container, as far as it is known. */
    public List<String> execs(ContainerRecord container) {
        return isRunning(container) ? containers.execs(container.id()) : List.of();
    }

    /** What a container is doing now. */
    public ContainerStatus status(ContainerRecord container) {
        return catalog().status(container);
    }

    /** What its health checks have found; empty for one that has none, or was never started. */
    public Optional<Health> health(ContainerRecord container) {
        return HealthChecks.of(this, container, isRunning(container));
    }

    /**
     * Finds a container by its name, its id, or a unique prefix of that.
     *
     * @throws WhaleboxException NOT_FOUND, or INVALID for nothing at all or a prefix of several
     */
    public ContainerRecord find(String nameOrId) {
        return catalog().find(nameOrId);
    }

    /**
     * Removes a container that does not run.
     *
     * @param volumes whether the volumes go with it that were made for it alone
     * @throws WhaleboxException CONFLICT for one that runs, or that is about to run again
     */
    public void remove(ContainerRecord container, boolean volumes) {
        catalog().remove(container, volumes);
    }

    /**
     * Removes a container whatever it does, and even if what is written of it is damaged.
     *
     * @param nameOrId as for {@link #find}
     * @param volumes whether the volumes go with it that were made for it alone
     */
    public void removeByForce(String nameOrId, boolean volumes) {
        catalog().removeByForce(nameOrId, volumes);
    }

    /**
     * Ends a container by force, whoever runs it, and waits until it is over. One that does not run is left as it is.
     */
    public void kill(ContainerRecord container) {
        catalog().kill(container);
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
    public Container start(ContainerSpec spec, StartOptions start) {
        ContainerCreation.Created made =
                new ContainerCreation(this, spec).create(start.console().or(() -> console(spec)));
        start.created().accept(made.record().id());
        return new ContainerStart(this, made.record(), made.resolved(), made.mark()).start(start.attachments(), 0);
    }

    /**
     * Starts a container that is there; one that runs is left as it is, and gets the attachments.
     *
     * @throws WhaleboxException CONFLICT for one that is paused
     */
    public Container start(ContainerRecord container, StartOptions start) {
        return new ExistingStart(this, container.id()).byUser(start);
    }

    /** A terminal whose size nobody knows yet. */
    static Optional<Spec.Console> console(ContainerSpec spec) {
        return spec.program().terminal() ? Optional.of(new Spec.Console(0, 0)) : Optional.empty();
    }

    /** A container, to do something with. */
    public Container container(ContainerRecord record) {
        return new Container(this, record, Optional.empty());
    }

    /**
     * Becomes the engine that stays: watches over the containers that an earlier one has started, and starts those
     * again that their restart policies want to run.
     */
    public void stay() {
        List<ContainerRecord> all = containers();
        List<ContainerRecord> running = all.stream().filter(this::isRunning).toList();
        // First, so that it knows of those whose ends are heard of.
        supervisor.open(all, running, recovery().isFirstSinceBoot("supervised"));
        networks.networks().stay();
        Launcher.keepAhead(true);
        for (ContainerRecord record : running) {
            networks.adopt(record);
            var _ = watchers.watch(record, () -> container(record).awaitRun().exitStatus(), () -> {});
        }
    }

    /** Is no longer the engine that stays; whoever is next begins. */
    public void resign() {
        Launcher.keepAhead(false);
        supervisor.close();
    }

    /**
     * Writes the end of a container down, once nobody runs it any more. Whoever comes second finds it done.
     *
     * @param run the container while it ran
     * @param status what is known of its end, should nothing be left to read
     */
    RunningContainer.Exit settle(ContainerRecord run, int status) {
        return new ContainerHold(this, run.id()).settle(run.started(), status);
    }

    /**
     * Gives a container another name.
     *
     * @throws WhaleboxException CONFLICT when another has it
     */
    public void rename(ContainerRecord container, String name) {
        catalog().rename(container, name);
    }

    /** What a container has printed, as far as it was recorded. */
    public ContainerLog log(ContainerRecord container) {
        return new ContainerLog(
                home.container(container.id()),
                () -> containers.find(container.id()).filter(this::isRunning).isPresent());
    }

    /** Whether all processes of a container are stopped by {@link Container#pause}. */
    public boolean isPaused(ContainerRecord container) {
        return containers.mayBePaused(container.id()) && cgroups.isFrozen(container.cgroupPath());
    }

    /** What {@link #run} would do. */
    public Explanation explain(ContainerSpec spec) {
        return Explanation.of(this, spec);
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

    Watchers watchers() {
        return watchers;
    }

    Supervisor supervisor() {
        return supervisor;
    }

    Ownership ownership() {
        return ownership;
    }

    Lease lease() {
        return images.lease();
    }

    private List<ImageUsers.User> imageUsers() {
        return containers.list().stream()
                .map(container -> container.imageUser(isRunning(container)))
                .toList();
    }

    private Engine(Engine owner) {
        home = owner.home;
        layers = owner.layers;
        images = owner.images;
        containers = owner.containers;
        ownership = owner.ownership;
        cgroups = owner.cgroups;
        networks = owner.networks;
        resolver = owner.resolver;
        supervisor = owner.supervisor;
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
        return containers.list().stream().anyMatch(container -> isRunning(container) || container.isToRestart());
    }

    /** Lets go of the store; containers that run are their holders' to close. */
    @Override
    public void close() {
        if (borrowed) {
            return;
        }
        LOG.log(System.Logger.Level.DEBUG, "closing the engine of {0}", home.root());
        supervisor.close();
        watchers.close();
        containers.close();
        cgroups.removeEmptyParents();
        images.close();
        layers.close();
    }
}
