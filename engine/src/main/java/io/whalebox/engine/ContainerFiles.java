package io.whalebox.engine;

import io.whalebox.image.ContainerDefaults;
import io.whalebox.image.Image;
import io.whalebox.image.ImageCommit;
import io.whalebox.image.Lease;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import io.whalebox.storage.Layer;
import io.whalebox.storage.LayerDiff;
import io.whalebox.storage.LayerStack;
import io.whalebox.storage.LayerStore;
import io.whalebox.storage.TreeExport;
import io.whalebox.storage.UnpackLimits;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/** The files of a container, running or not, as its image and its own layer make them up; volumes are not among them. */
public final class ContainerFiles {
    /** Where every container has something mounted, for which an empty file or directory is made. */
    private static final Set<String> MOUNT_POINTS =
            Set.of("dev", "etc", "etc/hostname", "etc/hosts", "etc/resolv.conf", "proc", "sys");

    private final Engine engine;
    private final LayerStore layers;
    private final ContainerRecord container;

    ContainerFiles(Engine engine, LayerStore layers, ContainerRecord container) {
        this.engine = engine;
        this.layers = layers;
        this.container = container;
    }

    /** What the container changed of its image. */
    public List<LayerDiff.Change> changes() {
        return diff().changes();
    }

    /** Where the engine keeps them, and what else belongs to the container. */
    public Path directory() {
        return engine.home().container(container.id());
    }

    /** The layers of its image, the topmost first. */
    public List<Path> lowerDirectories() {
        return lower();
    }

    /** What is below its own layer. */
    LayerStack stack() {
        return new LayerStack(lower());
    }

    /** How many bytes the files of its image have. */
    public long imageSize() {
        return container.layers().stream()
                .map(Digest::parse)
                .map(layers::find)
                .flatMap(Optional::stream)
                .mapToLong(Layer::size)
                .sum();
    }

    /** How many bytes the files have that it added or changed. */
    public long size() {
        return diff().size();
    }

    /** Writes all of its files as a tar; the stream stays open. */
    public void export(OutputStream out) throws IOException {
        List<Path> stack = new ArrayList<>(List.of(upper()));
        stack.addAll(lower());
        new TreeExport(stack).write(out);
        engine.events().tell(container, "export");
    }

    /**
     * Makes an image of it.
     *
     * @param pause whether it stands still meanwhile, so that its files fit together
     */
    public Image commit(UnpackLimits limits, boolean pause, CommitOptions options) {
        try (Lease _ = engine.lease()) {
            Image base = base();
            ImageCommit.Options full = new ImageCommit.Options(
                    options.name(),
                    config(base),
                    String.join(" ", container.command()),
                    options.changes(),
                    options.author(),
                    options.message(),
                    options.created());
            ImageCommit commit = new ImageCommit(engine.images(), limits);
            Image image = standing(pause, () -> commit.commit(base, diff(), full));
            engine.events().tell(container, "commit", "imageID", image.id().toString());
            return image;
        }
    }

    /** One that a user has paused already stays so. */
    private Image standing(boolean pause, Supplier<Image> work) {
        if (!pause || engine.status(container) != ContainerStatus.RUNNING) {
            return work.get();
        }
        Container running = engine.container(container);
        running.pause();
        try {
            return work.get();
        } finally {
            running.goOn();
        }
    }

    private Image base() {
        try {
            return engine.images().resolve(container.imageId());
        } catch (WhaleboxException e) {
            throw new WhaleboxException(
                    e.kind(),
                    "cannot commit container " + container.name() + ": its image " + container.image()
                            + " is gone (whalebox export still gives its files)",
                    e);
        }
    }

    /** What a container of the image is to start as: as this one was started, where its user said how. */
    private ContainerDefaults config(Image base) {
        ContainerDefaults defaults = base.config().config();
        ContainerSpec.Program program = container.spec().program();
        Environment environment = new Environment();
        environment.add(defaults.env());
        environment.add(program.env());
        Map<String, String> labels = new TreeMap<>(defaults.labels());
        labels.putAll(container.labels());
        boolean ownCommand =
                !program.command().isEmpty() || program.entrypoint().isPresent();
        return new ContainerDefaults(
                program.user().or(defaults::user),
                defaults.exposedPorts(),
                environment.list(),
                program.entrypoint().orElse(defaults.entrypoint()),
                ownCommand ? program.command() : defaults.cmd(),
                defaults.healthcheck(),
                volumes(defaults),
                program.workingDirectory().or(defaults::workingDir),
                labels,
                program.stopSignal()
                        .map(signal -> String.valueOf(signal.number()))
                        .or(defaults::stopSignal),
                defaults.onBuild(),
                defaults.shell());
    }

    /** The image's, and those that were asked for without a name. */
    private SortedSet<String> volumes(ContainerDefaults defaults) {
        SortedSet<String> volumes = new TreeSet<>(defaults.volumes());
        engine.container(container).mounts().stream()
                .filter(MountPoint::anonymous)
                .forEach(mount -> volumes.add(mount.destination()));
        return volumes;
    }

    private LayerDiff diff() {
        return new LayerDiff(upper(), lower(), MOUNT_POINTS);
    }

    private Path upper() {
        return engine.home().container(container.id()).resolve("upper");
    }

    private List<Path> lower() {
        return container.layers().reversed().stream()
                .map(Digest::parse)
                .map(diffId -> layers.find(diffId)
                        .orElseThrow(() -> new WhaleboxException(
                                ErrorKind.INTERNAL,
                                "container " + container.name() + " lacks the layer " + diffId + " of its image")))
                .map(Layer::directory)
                .toList();
    }
}
