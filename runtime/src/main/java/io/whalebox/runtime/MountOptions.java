package io.whalebox.runtime;

import io.whalebox.linux.Constant;
import io.whalebox.linux.MountConstants;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Mount options as people and the OCI specification write them, sorted by who understands them: the mount
 * ({@code ro}, {@code nosuid}), its propagation ({@code rslave}), or the file system ({@code size=64m}).
 *
 * @param attributes to set on the mount (mount_setattr(2))
 * @param recursive whether the attributes also apply to mounts below
 * @param tree whether mounts below the source of a bind come along
 * @param data for the file system; the value is empty where there was no {@code =}
 */
record MountOptions(
        Constant attributes,
        boolean readOnly,
        boolean recursive,
        boolean tree,
        Optional<Propagation> propagation,
        Map<String, String> data) {

    /** How mounts and unmounts spread (mount_namespaces(7)). */
    record Propagation(Constant type, boolean recursive) {}

    private static final Map<String, Constant> ATTRIBUTES = Map.of(
            "nosuid", MountConstants.MOUNT_ATTR_NOSUID,
            "nodev", MountConstants.MOUNT_ATTR_NODEV,
            "noexec", MountConstants.MOUNT_ATTR_NOEXEC,
            "noatime", MountConstants.MOUNT_ATTR_NOATIME,
            "strictatime", MountConstants.MOUNT_ATTR_STRICTATIME,
            "nodiratime", MountConstants.MOUNT_ATTR_NODIRATIME,
            "nosymfollow", MountConstants.MOUNT_ATTR_NOSYMFOLLOW);

    /** What the kernel does anyway, and what undoes an earlier option. */
    private static final Map<String, String> NEGATIONS = Map.of(
            "suid", "nosuid",
            "dev", "nodev",
            "exec", "noexec",
            "atime", "noatime",
            "relatime", "noatime",
            "diratime", "nodiratime",
            "symfollow", "nosymfollow");

    private static final Map<String, Propagation> PROPAGATIONS = Map.of(
            "private", new Propagation(MountConstants.MS_PRIVATE, false),
            "rprivate", new Propagation(MountConstants.MS_PRIVATE, true),
            "slave", new Propagation(MountConstants.MS_SLAVE, false),
            "rslave", new Propagation(MountConstants.MS_SLAVE, true),
            "shared", new Propagation(MountConstants.MS_SHARED, false),
            "rshared", new Propagation(MountConstants.MS_SHARED, true),
            "unbindable", new Propagation(MountConstants.MS_UNBINDABLE, false),
            "runbindable", new Propagation(MountConstants.MS_UNBINDABLE, true));

    /** Sorts them; later options win over earlier ones. */
    static MountOptions parse(List<String> options) {
        Map<String, Constant> attributes = new LinkedHashMap<>();
        Map<String, String> data = new LinkedHashMap<>();
        boolean readOnly = false;
        boolean recursive = false;
        boolean tree = false;
        Optional<Propagation> propagation = Optional.empty();
        for (String option : options) {
            switch (option) {
                case "ro" -> readOnly = true;
                case "rro" -> {
                    readOnly = true;
                    recursive = true;
                }
                case "rw" -> readOnly = false;
                case "bind" -> tree = false;
                case "rbind" -> tree = true;
                case "defaults", "async", "" -> {}
                default -> {
                    if (PROPAGATIONS.containsKey(option)) {
                        propagation = Optional.ofNullable(PROPAGATIONS.get(option));
                    } else if (ATTRIBUTES.containsKey(option)) {
                        attributes.put(option, ATTRIBUTES.getOrDefault(option, new Constant("0", 0)));
                    } else if (NEGATIONS.containsKey(option)) {
                        attributes.remove(NEGATIONS.getOrDefault(option, ""));
                    } else {
                        int equals = option.indexOf('=');
                        data.put(
                                equals < 0 ? option : option.substring(0, equals),
                                equals < 0 ? "" : option.substring(equals + 1));
                    }
                }
            }
        }
        return new MountOptions(
                Constant.anyOf(new ArrayList<>(attributes.values())), readOnly, recursive, tree, propagation, data);
    }

    /** Everything that the mount itself has to be told. */
    Constant allAttributes() {
        return readOnly ? MountConstants.MOUNT_ATTR_RDONLY.or(attributes) : attributes;
    }
}
