package io.whalebox.engine;

import io.avaje.jsonb.Json;
import io.whalebox.engine.ContainerSpec.MountSpec;
import io.whalebox.engine.volume.Volume;
import io.whalebox.linux.RawText;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Something of a user's that is mounted in a container, as it is written down with it
 * ({@code containers/ID/mounts.json}) and as Docker tells of it.
 *
 * @param type {@code bind}, {@code volume} or {@code tmpfs}
 * @param name of a volume, else empty
 * @param source where it is on the host; empty for a tmpfs
 * @param mode what Docker's lists show of how it was asked for
 * @param onTop whether what is mounted below a read-only bind stays writable
 * @param noCopy whether a volume is left empty
 * @param anonymous whether the volume was made for this container and goes with it
 * @param options of a tmpfs
 */
@Json
public record MountPoint(
        String type,
        String name,
        String source,
        String destination,
        String mode,
        boolean readWrite,
        boolean onTop,
        String propagation,
        boolean recursive,
        boolean noCopy,
        String subpath,
        boolean anonymous,
        List<String> options) {
    public MountPoint {
        options = List.copyOf(options);
    }

    /**
     * Of a mount whose volume, if it is one, has its name by now.
     *
     * @param content where that volume's content is
     */
    static MountPoint of(MountSpec mount, Path content, boolean anonymous) {
        return switch (mount) {
            case MountSpec.Bind bind ->
                new MountPoint(
                        "bind",
                        "",
                        RawText.shown(bind.source()),
                        RawText.shown(bind.target()),
                        bind.access() == MountSpec.Access.READ_WRITE ? "" : "ro",
                        bind.access() == MountSpec.Access.READ_WRITE,
                        bind.access() == MountSpec.Access.READ_ONLY_ON_TOP,
                        bind.propagation(),
                        bind.recursive(),
                        false,
                        "",
                        false,
                        List.of());
            case MountSpec.Volume volume ->
                new MountPoint(
                        "volume",
                        volume.name(),
                        content.toString(),
                        RawText.shown(volume.target()),
                        volume.readOnly() ? "ro" : anonymous ? "" : "z",
                        !volume.readOnly(),
                        false,
                        "",
                        false,
                        volume.noCopy(),
                        volume.subpath(),
                        anonymous,
                        List.of());
            case MountSpec.Tmpfs tmpfs ->
                new MountPoint(
                        "tmpfs",
                        "",
                        "",
                        RawText.shown(tmpfs.target()),
                        "",
                        !tmpfs.options().contains("ro"),
                        false,
                        "",
                        false,
                        false,
                        "",
                        false,
                        tmpfs.options());
        };
    }

    /** The driver of a volume, else empty. */
    public String driver() {
        return isVolume() ? Volume.DRIVER : "";
    }

    boolean isVolume() {
        return type.equals("volume");
    }

    boolean isTmpfs() {
        return type.equals("tmpfs");
    }

    /** The same for another container. */
    MountSpec spec(boolean readOnly) {
        boolean only = readOnly || !readWrite;
        if (isVolume()) {
            return new MountSpec.Volume(name, destination, only, noCopy, subpath, Map.of(), Map.of());
        }
        MountSpec.Access access = !only
                ? MountSpec.Access.READ_WRITE
                : onTop ? MountSpec.Access.READ_ONLY_ON_TOP : MountSpec.Access.READ_ONLY;
        return new MountSpec.Bind(source, destination, access, propagation, recursive, false);
    }
}
