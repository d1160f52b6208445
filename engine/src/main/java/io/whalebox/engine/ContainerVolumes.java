package io.whalebox.engine;

import io.whalebox.engine.ContainerSpec.MountSpec;
import io.whalebox.engine.volume.Volume;
import io.whalebox.engine.volume.VolumeFill;
import io.whalebox.engine.volume.VolumeName;
import io.whalebox.engine.volume.VolumeStore;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Stat;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Spec;
import io.whalebox.storage.LayerStack;
import io.whalebox.storage.Owners;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Supplier;

/**
 * The volumes of one container: which it is to have, by its user's wish, by that of other containers' users and by its
 * image's, and how they come to be there.
 */
final class ContainerVolumes {
    private final Engine engine;
    private final VolumeStore store;

    ContainerVolumes(Engine engine) {
        this.engine = engine;
        this.store = engine.volumes();
    }

    /**
     * Completes what a user wants: with the mounts of the containers that {@code --volumes-from} names, with the volumes
     * that the image declares, and with names for those that have none.
     *
     * @param names of volumes that are made for this container
     */
    ContainerSpec complete(ContainerSpec wanted, SortedSet<String> declared, Supplier<String> names) {
        Map<String, MountSpec> mounts = new LinkedHashMap<>();
        for (String from : wanted.files().volumesFrom()) {
            mountsFrom(from).forEach(mount -> mounts.put(mount.target(), mount));
        }
        Set<String> own = new HashSet<>();
        for (MountSpec mount : wanted.files().mounts()) {
            String target = Path.of(mount.target()).normalize().toString();
            if (!own.add(target)) {
                throw new WhaleboxException(ErrorKind.INVALID, "Duplicate mount point: " + target);
            }
            // What the user says here wins over what comes from another container.
            mounts.put(target, mount);
        }
        for (String path : declared) {
            String target = Path.of("/").resolve(path).normalize().toString();
            mounts.computeIfAbsent(target, it -> MountSpec.Volume.of("", it, false));
        }
        List<MountSpec> named = mounts.values().stream()
                .map(mount -> mount instanceof MountSpec.Volume volume ? named(volume, names) : mount)
                .toList();
        return wanted.with(new ContainerSpec.Files(
                wanted.files().readOnly(), named, List.of(), wanted.files().shmSize()));
    }

    private static MountSpec.Volume named(MountSpec.Volume volume, Supplier<String> names) {
        if (!volume.name().isEmpty()) {
            return volume;
        }
        Map<String, String> labels = new LinkedHashMap<>(volume.labels());
        labels.put(Volume.ANONYMOUS_LABEL, "");
        return new MountSpec.Volume(
                names.get(),
                volume.target(),
                volume.readOnly(),
                volume.noCopy(),
                volume.subpath(),
                labels,
                volume.driverOptions());
    }

    private List<MountSpec> mountsFrom(String from) {
        int colon = from.indexOf(':');
        String mode = colon < 0 ? "rw" : from.substring(colon + 1);
        if (!Set.of("rw", "ro", "z", "Z").contains(mode)) {
            throw new WhaleboxException(ErrorKind.INVALID, "invalid mode: " + mode);
        }
        ContainerRecord container = engine.find(colon < 0 ? from : from.substring(0, colon));
        return engine.container(container).mounts().stream()
                .filter(mount -> !mount.isTmpfs())
                .map(mount -> mount.spec(mode.equals("ro")))
                .toList();
    }

    /**
     * Makes the volumes that are not there yet, writes down that the container has them, and gives them what the image
     * has in their places.
     *
     * @param directory the container's
     */
    void prepare(List<MountSpec> mounts, Path directory, LayerStack image, Spec.Isolation isolation) {
        List<MountPoint> points = new ArrayList<>();
        try (VolumeStore.Lease _ = store.lease()) {
            for (MountSpec mount : mounts) {
                points.add(mount instanceof MountSpec.Volume volume ? make(volume) : point(mount));
            }
            MountFile.write(directory, points);
        }
        VolumeFill fill = new VolumeFill(store, image, new Owners(isolation::hostUid, isolation::hostGid));
        for (MountSpec mount : mounts) {
            if (mount instanceof MountSpec.Volume volume) {
                refuseFile(image, volume.target());
                if (!volume.noCopy() && volume.subpath().isEmpty()) {
                    fill.fill(store.get(volume.name()), volume.target());
                }
            }
        }
    }

    private static MountPoint point(MountSpec mount) {
        return MountPoint.of(mount, Path.of(""), false);
    }

    private MountPoint make(MountSpec.Volume volume) {
        var _ = store.create(new VolumeName(volume.name()), volume.labels(), volume.driverOptions());
        boolean anonymous = volume.labels().containsKey(Volume.ANONYMOUS_LABEL);
        return MountPoint.of(volume, store.mountpoint(volume.name()), anonymous);
    }

    private static void refuseFile(LayerStack image, String path) {
        if (image.stat(path).filter(stat -> !stat.isDirectory()).map(Stat::type).isPresent()) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, "cannot mount volume over existing file, file exists " + path);
        }
    }

    /** Removes the volumes that were made for a container which has gone, unless another has one of them meanwhile. */
    static void removeAnonymous(VolumeStore store, List<MountPoint> mounts) {
        for (MountPoint mount : mounts) {
            if (mount.anonymous()) {
                store.find(mount.name())
                        .filter(volume -> store.users(volume).isEmpty())
                        .ifPresent(volume -> {
                            try {
                                store.remove(volume);
                            } catch (WhaleboxException e) {
                                if (e.kind() != ErrorKind.CONFLICT) {
                                    throw e;
                                }
                                // Somebody has begun to use it between the two looks.
                            }
                        });
            }
        }
    }
}
