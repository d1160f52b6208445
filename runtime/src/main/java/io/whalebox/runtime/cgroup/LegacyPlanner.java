package io.whalebox.runtime.cgroup;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.cgroup.CgroupAction.InheritCpuset;
import io.whalebox.runtime.cgroup.CgroupAction.LoadDeviceFilter;
import io.whalebox.runtime.cgroup.CgroupAction.MakeDirectory;
import io.whalebox.runtime.cgroup.CgroupAction.Write;
import io.whalebox.runtime.cgroup.CgroupHierarchy.Mount;
import io.whalebox.runtime.cgroup.Resources.ThrottleDevice;
import io.whalebox.runtime.cgroup.Resources.WeightDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Plans a group of cgroup v1 (Documentation/admin-guide/cgroup-v1): the same path in every hierarchy that is mounted,
 * those without controllers and the version 2 one of a hybrid machine too, so that a cgroup namespace made in it has
 * the same root everywhere.
 */
final class LegacyPlanner {
    private final CgroupHierarchy hierarchy;
    private final CgroupFeatures features;
    private final CgroupPath path;
    private final List<CgroupAction> writes = new ArrayList<>();

    private LegacyPlanner(CgroupHierarchy hierarchy, CgroupFeatures features, CgroupPath path) {
        this.hierarchy = hierarchy;
        this.features = features;
        this.path = path;
    }

    static CgroupPlan plan(CgroupHierarchy hierarchy, CgroupFeatures features, CgroupPath path, Resources resources) {
        LegacyPlanner planner = new LegacyPlanner(hierarchy, features, path);
        // A new group's limits are infinite, so memory may always come down before memory and swap do.
        planner.limits(resources, OptionalLong.of(Long.MAX_VALUE));
        planner.devices(resources.devices());
        List<CgroupAction> parents = new ArrayList<>();
        List<CgroupAction> own = new ArrayList<>();
        for (Mount mount : hierarchy.mounts()) {
            for (CgroupPath ancestor : path.ancestors()) {
                String directory = ancestor.under(mount.mountPoint());
                parents.add(new MakeDirectory(directory, true, "the group above the container's"));
                cpuset(mount, directory, parents);
            }
            String directory = path.under(mount.mountPoint());
            own.add(new MakeDirectory(directory, false, "the container's group: " + meaning(mount)));
            cpuset(mount, directory, own);
        }
        own.addAll(planner.writes);
        return new CgroupPlan(path, parents, own);
    }

    /**
     * The writes that change the limits of a group that is there.
     *
     * @param memoryLimit its present limit of memory
     */
    static List<CgroupAction> limits(
            CgroupHierarchy hierarchy,
            CgroupFeatures features,
            CgroupPath path,
            Resources resources,
            OptionalLong memoryLimit) {
        LegacyPlanner planner = new LegacyPlanner(hierarchy, features, path);
        planner.limits(resources, memoryLimit);
        return planner.writes;
    }

    private static String meaning(Mount mount) {
        return mount.unified() ? "version 2" : mount.label();
    }

    private static void cpuset(Mount mount, String directory, List<CgroupAction> actions) {
        if (mount.controllers().contains("cpuset")) {
            actions.add(
                    new InheritCpuset(directory, "a group without processors and memory nodes can have no processes"));
        }
    }

    private void limits(Resources resources, OptionalLong memoryLimit) {
        memory(resources.memory(), memoryLimit);
        cpu(resources.cpu());
        resources
                .pids()
                .limit()
                .ifPresent(limit -> write(
                        "pids", "pids.max", Conversions.pidsMax(limit), "how many processes there may be at once"));
        io(resources.blockIo());
        if (!resources.unified().isEmpty()) {
            throw new WhaleboxException(
                    ErrorKind.PRECONDITION,
                    "cannot set "
                            + String.join(
                                    ", ",
                                    resources.unified().keySet().stream()
                                            .sorted()
                                            .toList())
                            + ": such settings need cgroup v2, and this machine has version 1");
        }
    }

    private void memory(Resources.Memory memory, OptionalLong present) {
        List<Runnable> order = new ArrayList<>();
        memory.limit()
                .ifPresent(limit -> order.add(() -> write(
                        "memory",
                        "memory.limit_in_bytes",
                        Long.toString(limit),
                        "memory beyond which processes are killed")));
        boolean freesSwap =
                memory.swap().isEmpty() && features.swap() && memory.limit().orElse(0) < 0;
        OptionalLong swap = freesSwap ? OptionalLong.of(-1) : memory.swap();
        swap.stream().filter(both -> both != 0 && (features.swap() || both > 0)).forEach(both -> {
            if (!features.swap()) {
                throw new WhaleboxException(
                        ErrorKind.PRECONDITION,
                        "cannot limit swap: the kernel does not account it; boot it with swapaccount=1 or leave the"
                                + " swap limit out");
            }
            // The kernel keeps memory at or below memory and swap at every moment: what grows, grows first there.
            boolean grows = both < 0 || both > present.orElse(Long.MAX_VALUE);
            order.add(
                    grows ? 0 : order.size(),
                    () -> write(
                            "memory", "memory.memsw.limit_in_bytes", Long.toString(both), "memory and swap together"));
        });
        order.forEach(Runnable::run);
        memory.reservation()
                .ifPresent(soft -> write(
                        "memory",
                        "memory.soft_limit_in_bytes",
                        Long.toString(soft),
                        "memory down to which the group is shrunk when others need some"));
        memory.swappiness()
                .ifPresent(swappiness -> write(
                        "memory", "memory.swappiness", Long.toString(swappiness), "how readily memory is swapped"));
        if (memory.disableOOMKiller()) {
            write("memory", "memory.oom_control", "1", "processes wait for memory instead of being killed");
        }
    }

    private void cpu(Resources.Cpu cpu) {
        cpu.shares().stream()
                .filter(shares -> shares > 0)
                .forEach(
                        shares -> write("cpu", "cpu.shares", Long.toString(shares), "relative weight, 1024 is normal"));
        cpu.idle()
                .ifPresent(idle ->
                        write("cpu", "cpu.idle", Long.toString(idle), "whether it runs only when nothing else does"));
        cpu.period().stream()
                .filter(period -> period > 0)
                .forEach(period -> write("cpu", "cpu.cfs_period_us", Long.toString(period), "the period of the quota"));
        cpu.quota().stream()
                .filter(quota -> quota != 0)
                .forEach(quota -> write(
                        "cpu",
                        "cpu.cfs_quota_us",
                        Long.toString(quota),
                        "microseconds of processor time in each period"));
        // After the quota, which it may not exceed.
        cpu.burst()
                .ifPresent(burst ->
                        write("cpu", "cpu.cfs_burst_us", Long.toString(burst), "microseconds that may be saved up"));
        cpu.cpus().ifPresent(cpus -> write("cpuset", "cpuset.cpus", cpus, "processors that may be used"));
        cpu.mems().ifPresent(mems -> write("cpuset", "cpuset.mems", mems, "memory nodes that may be used"));
    }

    private void io(Resources.BlockIo io) {
        io.weight().stream()
                .filter(weight -> weight > 0)
                .forEach(weight -> write("blkio", weightFile(""), Long.toString(weight), "share of each disk"));
        for (WeightDevice device : io.weightDevice()) {
            String value = device.major() + ":" + device.minor() + " " + device.weight();
            write("blkio", weightFile("_device"), value, "share of this disk");
        }
        throttle(io.throttleReadBpsDevice(), "read_bps", "bytes read a second");
        throttle(io.throttleWriteBpsDevice(), "write_bps", "bytes written a second");
        throttle(io.throttleReadIOPSDevice(), "read_iops", "reads a second");
        throttle(io.throttleWriteIOPSDevice(), "write_iops", "writes a second");
    }

    private String weightFile(String suffix) {
        return switch (features.weight()) {
            case CFQ -> "blkio.weight" + suffix;
            case BFQ -> "blkio.bfq.weight" + suffix;
            case NONE, COST ->
                throw new WhaleboxException(
                        ErrorKind.PRECONDITION,
                        "cannot set a block I/O weight: the kernel has neither blkio.weight nor blkio.bfq.weight; load the"
                                + " bfq module or leave the weight out");
        };
    }

    private void throttle(List<ThrottleDevice> devices, String what, String meaning) {
        for (ThrottleDevice device : devices) {
            String value = device.major() + ":" + device.minor() + " " + device.rate();
            write("blkio", "blkio.throttle." + what + "_device", value, meaning);
        }
    }

    private void devices(List<DeviceRule> rules) {
        if (rules.isEmpty()) {
            return;
        }
        if (hierarchy.legacy("devices").isEmpty() && hierarchy.unified().isPresent()) {
            String group = path.under(hierarchy.unified().get().mountPoint());
            writes.add(new LoadDeviceFilter(
                    group, DeviceFilter.of(rules), "decides which device nodes may be used, as no file here can"));
            return;
        }
        for (DeviceRule rule : rules) {
            String file = rule.allow() ? "devices.allow" : "devices.deny";
            if (rule.isTotal()) {
                write("devices", file, "a", (rule.allow() ? "every" : "no") + " device may be used");
            } else {
                // The kernel takes "a" for everything, whatever numbers and access follow it.
                List<String> types = rule.type().equals("a") ? List.of("b", "c") : List.of(rule.type());
                String reason = "this " + (rule.allow() ? "may" : "may not") + " be used";
                types.forEach(type -> write("devices", file, rule.entry(type), reason));
            }
        }
    }

    private void write(String controller, String file, String value, String reason) {
        Mount mount = hierarchy
                .legacy(controller)
                .orElseThrow(() -> new WhaleboxException(
                        ErrorKind.PRECONDITION,
                        "cannot set " + file + ": the cgroup controller " + controller + " is not mounted; mount it"
                                + " with: mount -t cgroup -o " + controller + " cgroup /sys/fs/cgroup/" + controller));
        writes.add(new Write(path.under(mount.mountPoint()) + "/" + file, value, reason));
    }
}
