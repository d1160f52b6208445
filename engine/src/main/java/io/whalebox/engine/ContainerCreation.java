package io.whalebox.engine;

import io.whalebox.engine.volume.VolumeName;
import io.whalebox.image.ContainerDefaults;
import io.whalebox.image.Image;
import io.whalebox.image.Lease;
import io.whalebox.linux.Directory;
import io.whalebox.linux.FileName;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.Randomness;
import io.whalebox.linux.Stat;
import io.whalebox.runtime.Spec;
import io.whalebox.storage.Digest;
import io.whalebox.storage.LayerStack;
import java.time.Instant;
import java.util.Optional;

/**
 * The making of a container: its id, its name, its own layer, and what is written down of it. Should this process die
 * meanwhile, the mark that it makes first lets the next engine find everything.
 */
final class ContainerCreation {
    private static final System.Logger LOG = Loggers.named("io.whalebox.engine");
    private static final int ID_BYTES = 32;

    private final Engine engine;
    private final ContainerSpec wanted;
    private final String id = Randomness.hex(ID_BYTES);

    ContainerCreation(Engine engine, ContainerSpec wanted) {
        this.engine = engine;
        this.wanted = wanted;
    }

    /** A container that has just been made, still held by whoever made it. */
    record Created(ContainerRecord record, Resolved resolved, Ownership.Mark mark) {}

    /**
     * Makes it. Nothing is left of it when that fails.
     *
     * @param console the size of its terminal at first, if it gets one
     */
    Created create(Optional<Spec.Console> console) {
        try (Lease _ = engine.lease()) {
            Image image = engine.images().resolve(wanted.image());
            ContainerDefaults defaults = image.config().config();
            LayerStack layers = engine.layerStack(image);
            ContainerSpec spec = new ContainerVolumes(engine)
                    .complete(
                            engine.links().complete(wanted),
                            defaults.volumes(),
                            () -> VolumeName.random().text());
            Resolved resolved = engine.resolve(spec, new SpecResolver.Base(defaults, layers), id, console);
            resolved.warnings().forEach(warning -> LOG.log(System.Logger.Level.WARNING, warning));
            engine.networks().connections().check(spec.isolation().network());
            Ownership.Mark mark = engine.ownership().take(id);
            try {
                engine.containerStore().claimName(name(), id);
                makeDirectories(layers, resolved.spec().isolation());
                new ContainerVolumes(engine)
                        .prepare(
                                spec.files().mounts(),
                                engine.home().container(id),
                                layers,
                                resolved.spec().isolation());
                ContainerConfig config = new ContainerConfig(
                        id,
                        name(),
                        Instant.now().toString(),
                        spec,
                        image.id().toString(),
                        image.layers().stream().map(Digest::toString).toList(),
                        defaults);
                engine.containerStore().save(config);
                ContainerRecord record = new ContainerRecord(config, ContainerState.CREATED, false);
                engine.events().tell(record, "create");
                return new Created(record, resolved, mark);
            } catch (RuntimeException e) {
                try (mark) {
                    engine.containerStore().discard(id, Optional.of(name()), true);
                } catch (RuntimeException further) {
                    e.addSuppressed(further);
                }
                throw e;
            }
        }
    }

    /** The container's own layer, whose root looks as the image's does to the container's users. */
    private void makeDirectories(LayerStack layers, Spec.Isolation isolation) {
        Optional<Stat> root = layers.stat("/");
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

    private String name() {
        return wanted.name().orElseGet(() -> NameGenerator.nameFor(id));
    }
}
