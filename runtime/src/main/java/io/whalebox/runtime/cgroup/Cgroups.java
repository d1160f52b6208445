package io.whalebox.runtime.cgroup;

import io.whalebox.linux.ControlFiles;
import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.cgroup.CgroupHierarchy.Mode;
import io.whalebox.runtime.cgroup.CgroupHierarchy.Mount;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The control groups of this machine: checks limits, plans groups, makes them and finds them again.
 *
 * <p>Paths count from what is mounted here. In a container of another engine, with its own cgroup namespace, that is
 * the container's group; under systemd it is the root of the machine, as for Docker's cgroupfs driver, and the service
 * in which this process runs stays as it is.
 */
public final class Cgroups {
    /** Above every container that is not asked to be elsewhere. */
    public static final CgroupPath DEFAULT_PARENT = CgroupPath.of("/whalebox");

    private final CgroupHierarchy hierarchy;
    private final CgroupFeatures features;
    /** Parents whose part of a plan has been done by this process; they may have been removed since. */
    private final Set<CgroupPath> prepared = ConcurrentHashMap.newKeySet();
    /** Directories of parents that this process made, so that it may remove them. */
    private final Set<String> madeParents = ConcurrentHashMap.newKeySet();

    Cgroups(CgroupHierarchy hierarchy, CgroupFeatures features) {
        this.hierarchy = hierarchy;
        this.features = features;
    }

    /** Looks at what is mounted and what the kernel can do, and touches nothing. */
    public static Cgroups ofThisMachine() {
        CgroupHierarchy hierarchy = CgroupHierarchy.detect();
        return new Cgroups(hierarchy, CgroupFeatures.probe(hierarchy));
    }

    public CgroupHierarchy hierarchy() {
        return hierarchy;
    }

    /**
     * Holds a user's limits against this machine.
     *
     * @throws WhaleboxException INVALID, in Docker's words, for what can never be
     */
    public CheckedResources check(Resources wanted) {
        return ResourcesCheck.check(unified(), features, wanted);
    }

    /**
     * Refuses a {@code --cpus} that this machine does not have.
     *
     * @param nanoCpus billionths of a processor
     */
    public void checkCpus(long nanoCpus) {
        // Not what the JVM counts, which its own group may have made fewer.
        int cpus = CpuSet.parse("cpus", features.cpus()).size();
        cpus = cpus > 0 ? cpus : Runtime.getRuntime().availableProcessors();
        if (nanoCpus < 0 || nanoCpus > cpus * 1_000_000_000L) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "range of CPUs is from 0.01 to " + cpus + ".00, as there are only " + cpus + " CPUs available");
        }
    }

    /**
     * How a group with these limits would be made.
     *
     * @throws WhaleboxException PRECONDITION when a limit needs what this machine does not have
     */
    public CgroupPlan plan(CgroupPath path, Resources resources) {
        return unified()
                ? UnifiedPlanner.plan(hierarchy, features, path, resources)
                : LegacyPlanner.plan(hierarchy, features, path, resources);
    }

    /**
     * Makes the group. When that fails half-way, what was made is removed again.
     *
     * @throws WhaleboxException CONFLICT when there is such a group; with the likely cause when the kernel refuses
     */
    public Cgroup create(CgroupPlan plan) {
        CgroupExecutor executor = new CgroupExecutor();
        try {
            if (prepared.contains(plan.path().parent()) && makeQuickly(plan)) {
                return open(plan.path());
            }
            executor.run(plan.parents());
            madeParents.addAll(executor.made());
            prepared.add(plan.path().parent());
            executor.run(plan.group());
            return open(plan.path());
        } catch (RuntimeException e) {
            executor.undo(e);
            throw e;
        }
    }

    /**
     * The quick way, with parents prepared earlier.
     *
     * @return false when these are gone, since they are removed at times while nothing is in them
     */
    private static boolean makeQuickly(CgroupPlan plan) {
        CgroupExecutor executor = new CgroupExecutor();
        try {
            executor.run(plan.group());
            return true;
        } catch (WhaleboxException e) {
            executor.undo(e);
            if (e.getCause() instanceof LinuxException cause
                    && cause.is(Errno.ENOENT)
                    && cause.call().equals("mkdir")) {
                return false;
            }
            throw e;
        }
    }

    /** The group of that path, if there is one in any hierarchy: no file says so but the kernel. */
    public Optional<Cgroup> find(CgroupPath path) {
        return hierarchy.mounts().stream().anyMatch(mount -> ControlFiles.exists(path.under(mount.mountPoint())))
                ? Optional.of(open(path))
                : Optional.empty();
    }

    /** Whether all processes of the group of that path stand still; not if there is none. */
    public boolean isFrozen(CgroupPath path) {
        return open(path).isFrozen();
    }

    /** The names of the groups right inside this one, in any hierarchy; for finding those that a crash left. */
    public Set<String> list(CgroupPath parent) {
        Set<String> names = new TreeSet<>();
        for (Mount mount : hierarchy.mounts()) {
            names.addAll(ControlFiles.subdirectories(parent.under(mount.mountPoint())));
        }
        return names;
    }

    /** Removes the groups above containers that this process made, as far as nothing is in them any more. */
    public void removeEmptyParents() {
        prepared.clear();
        List<String> deepestFirst = madeParents.stream().sorted().toList().reversed();
        deepestFirst.forEach(this::removeIfEmpty);
    }

    /** The same for one group, whoever made it. */
    public void removeIfEmpty(CgroupPath group) {
        prepared.remove(group);
        hierarchy.mounts().forEach(mount -> removeIfEmpty(group.under(mount.mountPoint())));
    }

    private void removeIfEmpty(String directory) {
        try {
            ControlFiles.removeDirectory(directory);
            madeParents.remove(directory);
        } catch (LinuxException e) {
            if (!e.is(Errno.EBUSY)) {
                throw e;
            }
        }
    }

    private Cgroup open(CgroupPath path) {
        return unified() ? new UnifiedCgroup(hierarchy, features, path) : new LegacyCgroup(hierarchy, features, path);
    }

    private boolean unified() {
        return hierarchy.mode() == Mode.UNIFIED;
    }
}
