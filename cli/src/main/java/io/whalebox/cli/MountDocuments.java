package io.whalebox.cli;

import io.whalebox.cli.template.Value;
import io.whalebox.engine.MountPoint;
import java.util.List;

/** The part {@code Mounts} of what {@code inspect} tells of a container. */
final class MountDocuments {
    private MountDocuments() {}

    static Value of(List<MountPoint> mounts) {
        return new Value.Items(mounts.stream().map(MountDocuments::of).toList());
    }

    private static Value of(MountPoint mount) {
        Value.Fields fields = Value.struct("mount")
                .put("Type", mount.type())
                .putUnlessEmpty("Name", Value.of(mount.name()))
                .put("Source", mount.source())
                .put("Destination", mount.destination())
                .putUnlessEmpty("Driver", Value.of(mount.driver()))
                .put("Mode", mount.mode())
                .put("RW", mount.readWrite())
                .put("Propagation", mount.propagation());
        return fields.end();
    }
}
