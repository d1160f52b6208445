package io.whalebox.runtime.cgroup;

import io.whalebox.linux.ControlFiles;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which control group file systems this machine has mounted, and what is counted in which (cgroups(7)).
 *
 * @param mode which of the three worlds this is
 * @param mounts one for each hierarchy, version 2 last
 * @param self this process's own group in each hierarchy, by the first name of its controllers, {@code ""} for
 *     version 2; as {@code /proc/self/cgroup} says it, that is from the root of its cgroup namespace
 */
public record CgroupHierarchy(Mode mode, List<Mount> mounts, Map<String, String> self) {
    /** The worlds of control groups. */
    public enum Mode {
        /** Version 2 alone. */
        UNIFIED,
        /** Version 1 alone. */
        LEGACY,
        /** Controllers on version 1, and beside them a version 2 hierarchy that has none, or a few. */
        HYBRID
    }

    /**
     * A hierarchy.
     *
     * @param unified whether it is version 2
     * @param controllers those mounted together here (version 1); {@code name=systemd} and the like for a hierarchy
     *     without any; empty for version 2, which says in {@code cgroup.controllers} what it has
     * @param mountPoint where it is mounted
     * @param root which group of the hierarchy is seen at the mount point; {@code /} unless a part of it is mounted
     */
    public record Mount(boolean unified, List<String> controllers, String mountPoint, String root) {
        /** How {@code /proc/PID/cgroup} calls it. */
        String label() {
            return String.join(",", controllers);
        }
    }

    /** Looks at this machine. */
    public static CgroupHierarchy detect() {
        return parse(ControlFiles.read("/proc/self/mountinfo"), ControlFiles.read("/proc/self/cgroup"));
    }

    /**
     * The same from the text of the two files.
     *
     * @param mountInfo {@code /proc/self/mountinfo} (proc_pid_mountinfo(5))
     * @param selfCgroup {@code /proc/self/cgroup}
     */
    static CgroupHierarchy parse(String mountInfo, String selfCgroup) {
        List<Mount> legacy = new ArrayList<>();
        Optional<Mount> unified = Optional.empty();
        Set<String> seen = new HashSet<>();
        for (String line : mountInfo.lines().toList()) {
            Optional<Mount> mount = mount(line);
            // A hierarchy may be mounted at several places, such as in a container's own tree: the first one counts.
            if (mount.isEmpty() || !seen.add(mount.get().label())) {
                continue;
            }
            if (mount.get().unified()) {
                unified = mount;
            } else {
                legacy.add(mount.get());
            }
        }
        Mode mode = legacy.isEmpty() ? Mode.UNIFIED : unified.isEmpty() ? Mode.LEGACY : Mode.HYBRID;
        if (legacy.isEmpty() && unified.isEmpty()) {
            throw new WhaleboxException(
                    ErrorKind.PRECONDITION,
                    "no cgroup file system is mounted, so no container can be limited; mount one with: mount -t"
                            + " cgroup2 cgroup2 /sys/fs/cgroup");
        }
        List<Mount> mounts = new ArrayList<>(legacy);
        unified.ifPresent(mounts::add);
        return new CgroupHierarchy(mode, List.copyOf(mounts), selfGroups(selfCgroup));
    }

    /** {@code 30 22 0:27 ROOT POINT OPTIONS [TAG…] - TYPE SOURCE SUPEROPTIONS}. */
    private static Optional<Mount> mount(String line) {
        String[] halves = line.split(" - ", 2);
        if (halves.length < 2) {
            return Optional.empty();
        }
        String[] place = halves[0].split(" ", -1);
        String[] what = halves[1].split(" ", -1);
        if (place.length < 6 || what.length < 3) {
            return Optional.empty();
        }
        String root = unescape(place[3]);
        String point = unescape(place[4]);
        return switch (what[0]) {
            case "cgroup2" -> Optional.of(new Mount(true, List.of(), point, root));
            case "cgroup" -> Optional.of(new Mount(false, controllers(what[2]), point, root));
            default -> Optional.empty();
        };
    }

    /** Options of a version 1 mount that are not controllers. */
    private static final Set<String> PLAIN_OPTIONS =
            Set.of("rw", "ro", "clone_children", "xattr", "noprefix", "cpuset_v2_mode", "seclabel", "favordynmods");

    private static List<String> controllers(String superOptions) {
        return Arrays.stream(superOptions.split(","))
                .filter(option -> !PLAIN_OPTIONS.contains(option) && !option.startsWith("release_agent="))
                .toList();
    }

    /** Blanks in a path are written as octal numbers. */
    private static String unescape(String path) {
        return path.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }

    /** Lines {@code NUMBER:CONTROLLERS:PATH}; the path may contain colons. */
    private static Map<String, String> selfGroups(String selfCgroup) {
        Map<String, String> groups = new LinkedHashMap<>();
        for (String line : selfCgroup.lines().toList()) {
            String[] parts = line.split(":", 3);
            if (parts.length == 3) {
                groups.put(parts[1], parts[2]);
            }
        }
        return groups;
    }

    /** The version 2 hierarchy. */
    public Optional<Mount> unified() {
        return mounts.stream().filter(Mount::unified).findFirst();
    }

    /** The version 1 hierarchy that has this controller. */
    public Optional<Mount> legacy(String controller) {
        return mounts.stream()
                .filter(mount -> mount.controllers().contains(controller))
                .findFirst();
    }

    /** Every version 1 controller that is mounted. */
    public Set<String> legacyControllers() {
        Set<String> all = new LinkedHashSet<>();
        mounts.forEach(mount -> all.addAll(mount.controllers()));
        return all;
    }
}
