package io.whalebox.engine;

import io.whalebox.engine.ContainerSpec.MountSpec;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Stat;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Spec.Mount;
import io.whalebox.runtime.Spec.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The mounts that a user asks for, checked against the host. */
final class UserMounts {
    private UserMounts() {}

    /**
     * Checks them, and orders them so that a mount comes after those that it lies in.
     *
     * @param volumes how a volume is mounted
     * @throws WhaleboxException INVALID for a source that is missing, a target that is not absolute or is taken twice
     */
    static List<Mount> resolve(List<MountSpec> mounts, Function<MountSpec.Volume, Mount> volumes) {
        List<Mount> resolved = new ArrayList<>();
        Set<String> targets = new HashSet<>();
        for (MountSpec mount : mounts) {
            String target = target(mount.target());
            if (!targets.add(target)) {
                throw invalid("Duplicate mount point: " + target);
            }
            resolved.add(
                    switch (mount) {
                        case MountSpec.Bind bind -> bind(bind, target);
                        case MountSpec.Tmpfs tmpfs -> tmpfs(tmpfs, target);
                        case MountSpec.Volume volume -> volumes.apply(volume);
                    });
        }
        resolved.sort((one, other) -> Long.compare(depth(one.destination()), depth(other.destination())));
        return resolved;
    }

    /** Makes the sources that are to be made; called when the container is, and not for an explanation. */
    static void createSources(List<MountSpec> mounts) {
        for (MountSpec mount : mounts) {
            if (mount instanceof MountSpec.Bind bind && bind.createSource()) {
                try {
                    if (!Files.exists(Path.of(bind.source()))) {
                        Files.createDirectories(Path.of(bind.source()));
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException("could not create the volume's source " + bind.source(), e);
                }
            }
        }
    }

    private static String target(String target) {
        Path path = Path.of(target).normalize();
        if (!path.isAbsolute()) {
            throw invalid("invalid mount path: '" + target + "' mount path must be absolute");
        }
        if (path.getNameCount() == 0) {
            throw invalid("invalid specification: destination can't be '/'");
        }
        return path.toString();
    }

    private static Mount bind(MountSpec.Bind bind, String target) {
        Optional<Stat> source = Stat.find(bind.source());
        if (source.isEmpty() && !bind.createSource()) {
            throw invalid("invalid mount config for type \"bind\": bind source path does not exist: " + bind.source());
        }
        List<String> options = new ArrayList<>(List.of(bind.recursive() ? "rbind" : "bind", bind.propagation()));
        switch (bind.access()) {
            case READ_WRITE -> {}
            case READ_ONLY -> options.add(bind.recursive() ? "rro" : "ro");
            case READ_ONLY_ON_TOP -> options.add("ro");
        }
        boolean directory = source.isEmpty() || source.get().isDirectory();
        return new Mount(target, "bind", bind.source(), options, directory ? Shape.DIRECTORY : Shape.FILE);
    }

    private static Mount tmpfs(MountSpec.Tmpfs tmpfs, String target) {
        List<String> options = new ArrayList<>(List.of("nosuid", "nodev", "noexec"));
        options.addAll(tmpfs.options());
        return new Mount(target, "tmpfs", "tmpfs", options, Shape.DIRECTORY);
    }

    private static long depth(String path) {
        return path.chars().filter(c -> c == '/').count();
    }

    private static WhaleboxException invalid(String message) {
        return new WhaleboxException(ErrorKind.INVALID, message);
    }
}
