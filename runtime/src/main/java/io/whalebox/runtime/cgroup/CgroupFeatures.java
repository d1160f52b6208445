package io.whalebox.runtime.cgroup;

import io.whalebox.linux.ControlFiles;
import io.whalebox.runtime.cgroup.CgroupHierarchy.Mode;
import io.whalebox.runtime.cgroup.CgroupHierarchy.Mount;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What this machine's kernel can count and limit, beyond which hierarchies are mounted.
 *
 * @param controllers that are in reach
 * @param swap whether swap is accounted
 * @param weight by which scheduler's file disks are shared
 * @param burst whether processor time can be saved up
 * @param cpus the processors that groups can have
 * @param mems the memory nodes that groups can have
 * @param crowdedRoot whether the root that we see is an ordinary group of version 2 with processes in it, so that it
 *     cannot give controllers to groups inside
 */
record CgroupFeatures(
        Set<String> controllers,
        boolean swap,
        IoWeight weight,
        boolean burst,
        String cpus,
        String mems,
        boolean crowdedRoot) {

    /** How disks are shared by weight. */
    enum IoWeight {
        /** Not at all. */
        NONE,
        /** By the CFQ scheduler of old kernels. */
        CFQ,
        /** By the BFQ scheduler. */
        BFQ,
        /** By the io.cost controller of version 2. */
        COST
    }

    /** Asks the kernel. */
    static CgroupFeatures probe(CgroupHierarchy hierarchy) {
        return hierarchy.mode() == Mode.UNIFIED
                ? probeUnified(hierarchy.unified().orElseThrow())
                : probeLegacy(hierarchy);
    }

    private static CgroupFeatures probeLegacy(CgroupHierarchy hierarchy) {
        IoWeight weight = IoWeight.NONE;
        if (has(hierarchy, "blkio", "blkio.weight")) {
            weight = IoWeight.CFQ;
        } else if (has(hierarchy, "blkio", "blkio.bfq.weight") || has(hierarchy, "blkio", "blkio.bfq.io_serviced")) {
            // The root of the hierarchy has BFQ's counters only; its weights are in the groups below.
            weight = IoWeight.BFQ;
        }
        return new CgroupFeatures(
                hierarchy.legacyControllers(),
                has(hierarchy, "memory", "memory.memsw.limit_in_bytes"),
                weight,
                has(hierarchy, "cpu", "cpu.cfs_burst_us"),
                text(hierarchy, "cpuset.effective_cpus"),
                text(hierarchy, "cpuset.effective_mems"),
                false);
    }

    private static boolean has(CgroupHierarchy hierarchy, String controller, String file) {
        return hierarchy
                .legacy(controller)
                .filter(mount -> ControlFiles.exists(mount.mountPoint() + "/" + file))
                .isPresent();
    }

    private static String text(CgroupHierarchy hierarchy, String file) {
        return hierarchy
                .legacy("cpuset")
                .flatMap(mount -> ControlFiles.find(mount.mountPoint() + "/" + file))
                .map(String::strip)
                .orElse("");
    }

    private static CgroupFeatures probeUnified(Mount mount) {
        String root = mount.mountPoint();
        Set<String> controllers = new TreeSet<>(
                words(ControlFiles.find(root + "/cgroup.controllers").orElse("")));
        // Only the root of all has no cgroup.type. Another one is the root of our cgroup namespace, and we are in it.
        boolean crowded = ControlFiles.exists(root + "/cgroup.type")
                && !ControlFiles.find(root + "/cgroup.procs").orElse("").isBlank();
        return new CgroupFeatures(
                controllers,
                controllers.contains("memory") && ControlFiles.exists("/proc/swaps"),
                controllers.contains("io") ? unifiedWeight(root) : IoWeight.NONE,
                controllers.contains("cpu"),
                first(root, "cpuset.cpus.effective"),
                first(root, "cpuset.mems.effective"),
                crowded);
    }

    /**
     * The root has no weights, and groups have the file of BFQ only while its module is loaded; so a group that has
     * the controller already is asked, and without one the root's sign of io.cost.
     */
    private static IoWeight unifiedWeight(String root) {
        Optional<String> example = ControlFiles.subdirectories(root).stream()
                .map(name -> root + "/" + name)
                .filter(group -> ControlFiles.exists(group + "/io.max"))
                .findFirst();
        if (example.filter(group -> ControlFiles.exists(group + "/io.bfq.weight"))
                .isPresent()) {
            return IoWeight.BFQ;
        }
        boolean cost = example.filter(group -> ControlFiles.exists(group + "/io.weight"))
                        .isPresent()
                || ControlFiles.exists(root + "/io.cost.qos");
        return cost ? IoWeight.COST : IoWeight.NONE;
    }

    private static String first(String root, String file) {
        return ControlFiles.find(root + "/" + file).map(String::strip).orElse("");
    }

    private static Set<String> words(String text) {
        return new LinkedHashSet<>(List.of(text.strip().split("\\s+")));
    }
}
