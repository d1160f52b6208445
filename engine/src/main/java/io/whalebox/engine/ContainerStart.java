package io.whalebox.engine;

import io.whalebox.image.Image;
import io.whalebox.image.Lease;
import io.whalebox.linux.ControlListener;
import io.whalebox.linux.Directory;
import io.whalebox.linux.FileName;
import io.whalebox.linux.Randomness;
import io.whalebox.linux.RawText;
import io.whalebox.linux.Stat;
import io.whalebox.runtime.Attachment;
import io.whalebox.runtime.Inheritance;
import io.whalebox.runtime.KernelFeatures;
import io.whalebox.runtime.Launcher;
import io.whalebox.runtime.Launcher.LaunchedProcess;
import io.whalebox.runtime.Monitored;
import io.whalebox.runtime.MonitoredProcess;
import io.whalebox.runtime.Plan;
import io.whalebox.runtime.PlanCompiler;
import io.whalebox.runtime.Spec;
import io.whalebox.runtime.cgroup.Cgroup;
import io.whalebox.runtime.cgroup.CgroupEntry;
import io.whalebox.storage.Digest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * The start of one container. Each thing that is made is undone when a later one fails; should this process die
 * meanwhile, the mark that it made first lets the next engine find everything.
 */
final class ContainerStart {
    private static final System.Logger LOG = System.getLogger("io.whalebox.engine");
    private static final int ID_BYTES = 32;

    private final Engine engine;
    private final ContainerSpec spec;
    private final String id = newId();

    ContainerStart(Engine engine, ContainerSpec spec) {
        this.engine = engine;
        this.spec = spec;
    }

    private static String newId() {
        return HexFormat.of().formatHex(Randomness.bytes(ID_BYTES));
    }

    /** How the launcher is started, once everything that it needs is there. */
    @FunctionalInterface
    private interface Launch<T> {
        T launch(Prepared prepared, Plan plan);
    }

    /** All that is there of a container before its process. */
    private record Prepared(ContainerRecord record, Ownership.Mark mark, Cgroup cgroup, CgroupEntry entry) {}

    /** A container with its caller's streams, which ends with this process. */
    RunningContainer run(Streams streams, Optional<Spec.Console> console) {
        return make(
                console,
                resolved -> PlanCompiler.compile(resolved.spec(), engine.cgroupStart(), KernelFeatures.ofThisMachine()),
                (prepared, plan) -> {
                    LaunchedProcess process = Launcher.launch(
                            plan, streams.list(), prepared.entry().descriptors());
                    return new RunningContainer(
                            prepared.record(), process, prepared.cgroup(), ended -> end(ended, prepared.mark()));
                });
    }

    /** A container with a monitor, which lives on its own. */
    Container start(Engine.Start start) {
        Monitored monitored = new Monitored(start.log(), spec.program().stdin());
        return make(
                start.console(),
                resolved -> PlanCompiler.compile(
                        resolved.spec(), engine.cgroupStart(), KernelFeatures.ofThisMachine(), monitored),
                (prepared, plan) -> launch(prepared, plan, start.attachments()));
    }

    private Container launch(Prepared prepared, Plan plan, List<Attachment> attachments) {
        try (Directory directory = Directory.open(engine.home().container(id).toString());
                ControlListener listener = ControlListener.at(engine.home().monitor(id))) {
            MonitoredProcess process = Launcher.launch(
                    plan,
                    new Inheritance(
                            prepared.mark().lock(),
                            directory,
                            listener,
                            prepared.entry().descriptors(),
                            attachments));
            prepared.mark().handOver();
            CompletableFuture<RunningContainer.Exit> end = engine.watch(id, () -> {
                try (process) {
                    return Container.statusOf(process.await());
                }
            });
            return new Container(engine, prepared.record(), Optional.of(end));
        }
    }

    private <T> T make(Optional<Spec.Console> console, Function<Resolved, Plan> compiler, Launch<T> launch) {
        long began = System.nanoTime();
        try (Lease _ = engine.lease()) {
            Image image = engine.images().resolve(spec.image());
            Path directory = engine.home().container(id);
            Resolved resolved = engine.resolve(spec, image, new SpecResolver.Place(id, directory), console);
            resolved.warnings().forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
            Plan plan = compiler.apply(resolved);
            step("planned", began);
            Ownership.Mark mark = engine.ownership().take(id);
            try {
                return start(image, resolved, plan, mark, launch);
            } catch (RuntimeException e) {
                try (mark) {
                    engine.containerStore().remove(id, Optional.of(name()));
                } catch (RuntimeException further) {
                    e.addSuppressed(further);
                }
                throw e;
            } finally {
                step("started", began);
            }
        }
    }

    private <T> T start(Image image, Resolved resolved, Plan plan, Ownership.Mark mark, Launch<T> launch) {
        ContainerStore store = engine.containerStore();
        store.claimName(name(), id);
        UserMounts.createSources(spec.files().mounts());
        makeDirectories(image, resolved.spec().isolation());
        resolved.files().write();
        ProcessFile.write(engine.home().container(id), resolved.process());
        ContainerRecord container =
                record(image, resolved).startedAt(Instant.now().toString());
        store.save(container);
        Cgroup cgroup = engine.cgroups().create(resolved.cgroup());
        try (CgroupEntry entry = cgroup.entry()) {
            return launch.launch(new Prepared(container, mark, cgroup, entry), plan);
        } catch (RuntimeException e) {
            try {
                cgroup.kill();
                cgroup.remove();
            } catch (RuntimeException further) {
                e.addSuppressed(further);
            }
            throw e;
        }
    }

    private void end(ContainerRecord ended, Ownership.Mark mark) {
        try (mark) {
            if (ended.autoRemove()) {
                engine.containerStore().remove(ended.id(), Optional.of(ended.name()));
            } else {
                engine.containerStore().save(ended);
            }
        }
    }

    /** The container's own layer, whose root looks as the image's does to the container's users. */
    private void makeDirectories(Image image, Spec.Isolation isolation) {
        Optional<Stat> root = engine.layerStack(image).stat("/");
        try (Directory containers = Directory.open(engine.home().containers().toString())) {
            FileName name = FileName.of(id);
            containers.mkdir(name, 0700);
            try (Directory directory = containers.subdirectory(name)) {
                FileName upper = FileName.of("upper");
                directory.mkdir(upper, 0755);
                directory.mkdir(FileName.of("work"), 0700);
                root.ifPresent(stat -> {
                    directory.chown(upper, isolation.hostUid(stat.uid()), isolation.hostGid(stat.gid()));
                    directory.chmod(upper, stat.mode());
                });
            }
        }
    }

    private ContainerRecord record(Image image, Resolved resolved) {
        return new ContainerRecord(
                id,
                name(),
                spec.image(),
                image.id().toString(),
                image.layers().stream().map(Digest::toString).toList(),
                shown(resolved.spec().program().args()),
                shown(spec.labels()),
                spec.autoRemove(),
                Instant.now().toString(),
                "",
                "",
                resolved.stopSignal().number(),
                ContainerRecord.NOT_ENDED,
                false,
                resolved.cgroup().path().toString(),
                spec.program().terminal(),
                spec.program().stdin());
    }

    /** JSON is made of characters: a byte that is no part of one is written down as it shows. */
    private static List<String> shown(List<String> texts) {
        return texts.stream().map(RawText::shown).toList();
    }

    private static Map<String, String> shown(Map<String, String> texts) {
        Map<String, String> shown = new HashMap<>();
        texts.forEach((key, value) -> shown.put(RawText.shown(key), RawText.shown(value)));
        return shown;
    }

    private String name() {
        return spec.name().orElseGet(() -> NameGenerator.nameFor(id));
    }

    private void step(String what, long began) {
        LOG.log(
                System.Logger.Level.DEBUG,
                "{0} container {1} after {2} µs",
                what,
                id,
                (System.nanoTime() - began) / 1000);
    }
}
