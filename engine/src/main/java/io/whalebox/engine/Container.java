package io.whalebox.engine;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Signal;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.linux.WindowSize;
import io.whalebox.runtime.Attachment;
import io.whalebox.runtime.MonitorConnection;
import io.whalebox.runtime.WaitStatus;
import io.whalebox.runtime.cgroup.Cgroup;
import io.whalebox.runtime.cgroup.CheckedResources;
import io.whalebox.runtime.cgroup.Resources;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * A container of a store that lives on its own, under its monitor, and what can be done with it. Any number of these
 * may stand for one container, in any number of processes. What waits blocks its thread in the kernel: not for virtual
 * threads.
 */
public final class Container {
    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(20).toNanos();

    private final Engine engine;
    private final String id;
    private final String name;

    private final Optional<CompletableFuture<RunningContainer.Exit>> end;

    /**
     * @param end where the one who has started it says how it ended
     */
    Container(Engine engine, ContainerRecord record, Optional<CompletableFuture<RunningContainer.Exit>> end) {
        this.engine = engine;
        this.end = end;
        this.id = record.id();
        this.name = record.name();
    }

    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    /**
     * What is written of it now.
     *
     * @throws WhaleboxException NOT_FOUND when it has been removed
     */
    public ContainerRecord record() {
        return engine.find(id);
    }

    public boolean isRunning() {
        return engine.containerStore().find(id).filter(engine::isRunning).isPresent();
    }

    /** The process id of its first process, while it runs under a monitor. */
    public OptionalInt pid() {
        if (!isRunning()) {
            return OptionalInt.empty();
        }
        try (MonitorConnection monitor = connect("ask")) {
            return monitor.status() instanceof MonitorConnection.Running running
                    ? OptionalInt.of(running.pid())
                    : OptionalInt.empty();
        } catch (WhaleboxException e) {
            if (e.kind() != ErrorKind.CONFLICT) {
                throw e;
            }
            return OptionalInt.empty();
        }
    }

    /**
     * Sends a signal (signal(7)) to its first process.
     *
     * @throws WhaleboxException CONFLICT when it does not run
     */
    public void signal(Signal signal) {
        try (MonitorConnection monitor = connect("signal")) {
            if (!monitor.signal(signal.number())) {
                throw notRunning("signal");
            }
        }
    }

    /**
     * Sends a signal because a user wants it, after whose end by it no restart policy is asked: by any signal, unless
     * it has a stop signal of its own and this is neither that nor SIGKILL.
     *
     * @throws WhaleboxException CONFLICT when it does not run
     */
    public void kill(Signal signal) {
        ContainerRecord record = record();
        boolean paused = engine.isRunning(record) && engine.isPaused(record);
        try (MonitorConnection monitor = connect("kill")) {
            boolean named = record.spec().program().stopSignal().isPresent()
                    || record.config().defaults().stopSignal().isPresent();
            if (!named || signal.equals(Signal.KILL) || signal.equals(record.stopSignal())) {
                engine.containerStore().stopped(id);
            }
            if (!monitor.signal(signal.number())) {
                throw notRunning("kill");
            }
        }
        engine.events().tell(record, "kill", "signal", String.valueOf(signal.number()));
        if (paused && signal.equals(Signal.KILL)) {
            // Who stands still can't end either (freezer of cgroup v1).
            engine.cgroups().find(record.cgroupPath()).ifPresent(Cgroup::thaw);
        }
    }

    /** Gives its terminal, if it has one, another size. */
    public void resize(WindowSize size) {
        try (MonitorConnection monitor = connect("resize")) {
            monitor.resize(size);
        }
        tell("resize", "height", String.valueOf(size.rows()), "width", String.valueOf(size.columns()));
    }

    /**
     * Tells of something that was done with it and that only those know who did it, such as {@code top}.
     *
     * @param more names and values of attributes, in turn
     */
    public void tell(String action, String... more) {
        engine.containerStore().find(id).ifPresent(record -> engine.events().tell(record, action, more));
    }

    /**
     * Attaches streams; everything that it writes from now on goes to them too.
     *
     * @param attachment with a connection of its own, so that it does not end with this call
     */
    public void attach(Attachment attachment) {
        try (MonitorConnection monitor = connect("attach to")) {
            if (!monitor.attach(attachment)) {
                throw notRunning("attach to");
            }
        }
        engine.events().tell(record(), "attach");
    }

    /** Stops all its processes where they are (freezer). */
    public void pause() {
        Cgroup group = group("pause");
        if (engine.isPaused(record())) {
            throw new WhaleboxException(ErrorKind.CONFLICT, "Container " + id + " is already paused");
        }
        engine.containerStore().pausing(id);
        group.freeze();
        engine.events().tell(record(), "pause");
    }

    /** Lets its processes go on. */
    public void unpause() {
        Cgroup group = group("unpause");
        if (!engine.isPaused(record())) {
            throw new WhaleboxException(ErrorKind.CONFLICT, "Container " + id + " is not paused");
        }
        group.thaw();
        engine.containerStore().unpaused(id);
        engine.events().tell(record(), "unpause");
    }

    /** The same for whoever has paused it on his own; somebody may have ended it or let it go on meanwhile. */
    void goOn() {
        if (engine.containerStore()
                .find(id)
                .filter(engine::isRunning)
                .filter(engine::isPaused)
                .isPresent()) {
            unpause();
        }
    }

    /**
     * Asks it to end and ends it by force when the time is over. One that does not run is left as it is.
     *
     * @param signal to ask with, if not its own stop signal
     * @param grace how long it may take, if not its own time for that
     */
    public void stop(Optional<Signal> signal, Optional<Duration> grace) {
        if (!engine.status(record()).isActive()) {
            return;
        }
        engine.containerStore().stopped(id);
        new ContainerHold(engine, id).awaitDecision();
        Optional<ContainerRecord> running = engine.containerStore().find(id).filter(engine::isRunning);
        if (running.isEmpty()) {
            return;
        }
        ContainerRecord run = running.get();
        if (engine.isPaused(run)) {
            unpause();
        }
        Optional<MonitorConnection> reached = reach("stop");
        if (reached.isEmpty()) {
            return;
        }
        try (MonitorConnection monitor = reached.get()) {
            monitor.signal(signal.orElseGet(run::stopSignal).number());
            if (!endsWithin(monitor, grace.orElseGet(run::stopTimeout))) {
                engine.cgroups().find(run.cgroupPath()).ifPresent(Cgroup::kill);
                var _ = monitor.await();
            }
        }
        var _ = engine.settle(run, WaitStatus.KILLED);
        engine.events().tell(run, "stop");
    }

    /** Stops it, if it runs, and starts it again. */
    public Container restart(Optional<Signal> signal, Optional<Duration> grace) {
        ContainerRecord record = record();
        boolean fleeting = record.autoRemove() && engine.isRunning(record);
        if (fleeting) {
            engine.containerStore().save(record.config().with(record.spec().withAutoRemove(false)));
        }
        try {
            stop(signal, grace);
        } finally {
            if (fleeting) {
                engine.containerStore().save(record.config());
            }
        }
        Container started = engine.start(record(), StartOptions.detached());
        engine.events().tell(record, "restart");
        return started;
    }

    private static boolean endsWithin(MonitorConnection monitor, Duration grace) {
        try {
            var _ = CompletableFuture.supplyAsync(
                            monitor::await,
                            task -> Thread.ofPlatform().daemon().name("stop").start(task))
                    .get(grace.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    /**
     * Waits for its end. When this returns it is written down, and one with {@link ContainerSpec#autoRemove} is gone.
     */
    public RunningContainer.Exit await() {
        return end.map(CompletableFuture::join).orElseGet(this::awaitAsStranger);
    }

    /** Its end, when this process has started it and it ends. */
    public Optional<CompletableFuture<RunningContainer.Exit>> end() {
        return end;
    }

    /** What it has mounted of its user's. */
    public List<MountPoint> mounts() {
        return engine.containerStore().mountsOf(id);
    }

    /** Its processes, by their numbers in our PID namespace; none when it does not run. */
    public Set<Integer> processes() {
        return engine.cgroups()
                .find(record().cgroupPath())
                .map(Cgroup::processes)
                .orElse(Set.of());
    }

    /** What it uses now; empty when it does not run. */
    public Optional<Usage> usage() {
        ContainerRecord record = record();
        Optional<Cgroup> group =
                engine.isRunning(record) ? engine.cgroups().find(record.cgroupPath()) : Optional.empty();
        boolean ownNetwork = !record.spec().isolation().network().isHost();
        return group.map(
                it -> Usage.of(it.stats(), ownNetwork ? it.processes().stream().findFirst() : Optional.empty()));
    }

    /**
     * Does something with its files as its programs see them, whether it runs or not.
     *
     * @param called how messages call it
     */
    public <T> T withTree(String called, Function<ContainerTree, T> work) {
        return new TreeAccess(engine, record(), called).with(work);
    }

    /**
     * Gives it other limits, at once if it runs.
     *
     * @param restart when it is started again from now on, if that changes too
     * @return what this machine can't keep of them, a sentence each
     * @throws WhaleboxException INVALID for what can never be, and then nothing has changed
     */
    public List<String> update(Resources resources, Optional<RestartPolicy> restart) {
        CheckedResources checked = engine.cgroups().check(resources);
        ContainerRecord record = record();
        if (engine.isRunning(record)) {
            engine.cgroups().find(record.cgroupPath()).ifPresent(group -> group.update(checked.resources()));
        }
        ContainerSpec.Limits limits = record.spec().limits();
        ContainerSpec changed = record.spec()
                .with(new ContainerSpec.Limits(
                        resources, limits.cgroupParent(), limits.rlimits(), limits.oomScoreAdj()));
        engine.containerStore()
                .save(record.config().with(restart.map(changed::with).orElse(changed)));
        engine.events().tell(record, "update");
        return checked.warnings();
    }

    /** Until it has ended for good. */
    private RunningContainer.Exit awaitAsStranger() {
        RunningContainer.Exit exit = awaitRun();
        while (engine.containerStore()
                .find(id)
                .filter(record -> engine.isRunning(record) || record.isToRestart())
                .isPresent()) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            exit = awaitRun();
        }
        return exit;
    }

    /** Until the end of the run that it is in, if it is in one. */
    RunningContainer.Exit awaitRun() {
        Optional<ContainerRecord> record = engine.containerStore().find(id);
        if (record.isEmpty()) {
            return new RunningContainer.Exit(0, false);
        }
        if (!engine.isRunning(record.get())) {
            return engine.settle(record.get(), record.get().exitStatus());
        }
        return engine.settle(record.get(), awaitMonitor());
    }

    private int awaitMonitor() {
        try (MonitorConnection monitor = connect("wait for")) {
            return monitor.await().exitStatus();
        } catch (WhaleboxException e) {
            if (e.kind() != ErrorKind.CONFLICT) {
                throw e;
            }
            // It ended just now.
            return 0;
        }
    }

    private MonitorConnection connect(String intent) {
        return reach(intent).orElseThrow(() -> notRunning(intent));
    }

    private Optional<MonitorConnection> reach(String intent) {
        return Monitors.reach(
                engine, id, () -> cannot(intent, "it belongs to the process that runs it and has no monitor"));
    }

    private Cgroup group(String intent) {
        return engine.containerStore()
                .find(id)
                .filter(engine::isRunning)
                .flatMap(record -> engine.cgroups().find(record.cgroupPath()))
                .orElseThrow(() -> notRunning(intent));
    }

    private WhaleboxException notRunning(String intent) {
        return cannot(intent, "container " + id + " is not running");
    }

    private WhaleboxException cannot(String intent, String reason) {
        return new WhaleboxException(ErrorKind.CONFLICT, "cannot " + intent + " container: " + name + ": " + reason);
    }
}
