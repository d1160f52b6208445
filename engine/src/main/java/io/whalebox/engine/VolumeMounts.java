package io.whalebox.engine;

import io.whalebox.engine.ContainerSpec.MountSpec;
import io.whalebox.engine.volume.VolumeSource;
import io.whalebox.engine.volume.VolumeStore;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Stat;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Spec.Mount;
import io.whalebox.runtime.Spec.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a volume is mounted in a container, which its options say. */
final class VolumeMounts {
    private final VolumeStore store;

    VolumeMounts(VolumeStore store) {
        this.store = store;
    }

    /** The mount of a volume; one that is not there yet is taken as it would be made. */
    Mount mount(MountSpec.Volume volume) {
        VolumeSource source = VolumeSource.of(
                volume.name(), store.find(volume.name()).map(it -> it.options()).orElse(volume.driverOptions()));
        String target = Path.of(volume.target()).normalize().toString();
        return switch (source) {
            case VolumeSource.Own _ ->
                bind(volume, target, store.mountpoint(volume.name()).toString(), List.of());
            case VolumeSource.Bind bind -> {
                if (Stat.find(bind.device()).isEmpty()) {
                    throw new WhaleboxException(
                            ErrorKind.INVALID,
                            "failed to populate volume: error while mounting volume '"
                                    + store.mountpoint(volume.name()) + "': failed to mount local volume: mount "
                                    + bind.device() + ": no such file or directory");
                }
                yield bind(volume, target, bind.device(), bind.options());
            }
            case VolumeSource.FileSystem system -> {
                if (!volume.subpath().isEmpty()) {
                    throw new WhaleboxException(
                            ErrorKind.INVALID,
                            "a part of volume " + volume.name() + " cannot be mounted: it is a " + system.type()
                                    + " of its own; mount all of it");
                }
                List<String> options = new ArrayList<>(system.options());
                if (volume.readOnly()) {
                    options.add("ro");
                }
                yield new Mount(target, system.type(), system.device(), options, Shape.DIRECTORY);
            }
        };
    }

    private static Mount bind(MountSpec.Volume volume, String target, String source, List<String> more) {
        List<String> options = new ArrayList<>(List.of("rbind", "rprivate"));
        options.addAll(more);
        if (volume.readOnly()) {
            options.add("ro");
        }
        Optional<String> part = Optional.of(volume.subpath()).filter(it -> !it.isEmpty());
        return new Mount(target, "bind", source, options, Shape.DIRECTORY, part);
    }
}
