package io.whalebox.engine;

import io.whalebox.linux.ControlListener;
import io.whalebox.linux.Directory;
import io.whalebox.linux.Fd;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.Meanwhile;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Attachment;
import io.whalebox.runtime.EncodedPlan;
import io.whalebox.runtime.Inheritance;
import io.whalebox.runtime.KernelFeatures;
import io.whalebox.runtime.LaunchException;
import io.whalebox.runtime.Launcher;
import io.whalebox.runtime.Launcher.LaunchedProcess;
import io.whalebox.runtime.Monitored;
import io.whalebox.runtime.MonitoredProcess;
import io.whalebox.runtime.PlanCompiler;
import io.whalebox.runtime.Step;
import io.whalebox.runtime.cgroup.Cgroup;
import io.whalebox.runtime.cgroup.CgroupEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The start of a container that is there and that this process holds: the mark goes on to whoever is responsible for
 * what runs then, or is given back.
 */
final class ContainerStart {
    private static final System.Logger LOG = Loggers.named("io.whalebox.engine");
    /** What Docker says of a container that could not be started for no fault of its program. */
    private static final int NOT_STARTED = 128;

    private final Engine engine;
    private final ContainerRecord container;
    private final Resolved resolved;
    private final Ownership.Mark mark;
    private final String id;

    ContainerStart(Engine engine, ContainerRecord container, Resolved resolved, Ownership.Mark mark) {
        this.engine = engine;
        this.container = container;
        this.resolved = resolved;
        this.mark = mark;
        this.id = container.id();
    }

    /** How the launcher is started, once everything that it needs is there. */
    @FunctionalInterface
    private interface Launch<T> {
        T launch(ContainerRecord started, Cgroup cgroup, List<Fd> entries, EncodedPlan plan);
    }

    /** With its caller's streams, to end with this process. */
    RunningContainer run(Streams streams) {
        return start(0, () -> compile(Optional.empty()), (started, cgroup, entries, plan) -> {
            LaunchedProcess process = Launcher.launch(plan, streams.list(), entries);
            tellStarted(started);
            return new RunningContainer(started, process, cgroup, this::end);
        });
    }

    /**
     * With a monitor, to live on its own.
     *
     * @param attachments streams that miss nothing of its output
     * @param restarts how often it has been started again on its own, this time included
     */
    Container start(List<Attachment> attachments, int restarts) {
        Monitored monitored = new Monitored(container.spec().life().logging().monitored(), container.stdin());
        return start(
                restarts,
                () -> compile(Optional.of(monitored)),
                (started, _, entries, plan) -> launch(started, entries, plan, attachments));
    }

    private EncodedPlan compile(Optional<Monitored> monitored) {
        return EncodedPlan.of(PlanCompiler.compile(
                resolved.spec(),
                engine.cgroupStart(),
                NetworkEntry.start(container.spec()),
                KernelFeatures.ofThisMachine(),
                monitored));
    }

    private Container launch(
            ContainerRecord started, List<Fd> entries, EncodedPlan plan, List<Attachment> attachments) {
        try (Directory directory = Directory.open(engine.home().container(id).toString());
                ControlListener listener = ControlListener.at(engine.home().monitor(id))) {
            MonitoredProcess process =
                    Launcher.launch(plan, new Inheritance(mark.lock(), directory, listener, entries, attachments));
            mark.handOver();
            // Before anybody waits for its end, which is told after this.
            tellStarted(started);
            engine.supervisor().began(started);
            CompletableFuture<RunningContainer.Exit> end = engine.watchers()
                    .watch(started, () -> process.connection().await().exitStatus(), () -> letGo(process));
            return new Container(engine, started, Optional.of(end));
        }
    }

    private static void letGo(MonitoredProcess process) {
        try (process) {
            process.reap();
        }
    }

    private void tellStarted(ContainerRecord started) {
        engine.links().tellFollowers(started);
        engine.events().started(started, engine.containerStore().mounts(started));
    }

    private <T> T start(int restarts, Supplier<EncodedPlan> compiler, Launch<T> launch) {
        long began = System.nanoTime();
        try {
            Meanwhile<EncodedPlan> plan = engine.watchers().meanwhile(compiler);
            UserMounts.createSources(container.spec().files().mounts());
            ProcessFile.write(engine.home().container(id), resolved.process());
            ContainerRecord started =
                    container.with(container.state().startedAt(Instant.now().toString(), restarts));
            engine.containerStore().save(started);
            Cgroup cgroup = engine.cgroups().create(resolved.cgroup());
            try (NetworkEntry network = NetworkEntry.prepare(
                            engine, container, resolved.spec().hostname());
                    CgroupEntry entry = cgroup.entry()) {
                resolved.files().write(network);
                List<Fd> entries = new ArrayList<>(network.descriptors());
                entries.addAll(entry.descriptors());
                try {
                    return launch.launch(started, cgroup, entries, plan.get());
                } catch (LaunchException e) {
                    throw network.failure().orElse(e);
                }
            } catch (RuntimeException e) {
                undo(e, cgroup::end);
                throw e;
            }
        } catch (RuntimeException e) {
            undo(e, () -> giveUp(e));
            throw e;
        } finally {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    "started container {0} after {1} µs",
                    id,
                    (System.nanoTime() - began) / 1000);
        }
    }

    private static void undo(RuntimeException failure, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException further) {
            failure.addSuppressed(further);
        }
    }

    /** It stays as it was, with why it could not be started. */
    private void giveUp(RuntimeException failure) {
        try (mark) {
            undo(
                    failure,
                    () -> engine.networks()
                            .tell("disconnect", container, engine.networks().disconnect(container)));
            if (container.autoRemove()) {
                engine.containerStore().remove(container, true);
                return;
            }
            int status = failure instanceof LaunchException launch && !(launch.subject() instanceof Step.Subject.Setup)
                    ? launch.exitStatus()
                    : NOT_STARTED;
            String why =
                    failure instanceof WhaleboxException ? String.valueOf(failure.getMessage()) : failure.toString();
            engine.containerStore().save(container.with(container.state().notStarted(status, why)));
        }
    }

    private void end(ContainerRecord ended, ContainerState state) {
        try (mark) {
            engine.recovery().close(ended, state);
        }
    }
}
