package io.whalebox.runtime.cgroup;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.cgroup.CgroupAction.EnableControllers;
import io.whalebox.runtime.cgroup.CgroupAction.LoadDeviceFilter;
import io.whalebox.runtime.cgroup.CgroupAction.MakeDirectory;
import io.whalebox.runtime.cgroup.CgroupAction.MoveProcesses;
import io.whalebox.runtime.cgroup.CgroupAction.Write;
import io.whalebox.runtime.cgroup.CgroupFeatures.IoWeight;
import io.whalebox.runtime.cgroup.Resources.ThrottleDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Plans a group of cgroup v2 (Documentation/admin-guide/cgroup-v2.rst). */
final class UnifiedPlanner {
    /** What a container's group has besides what its limits need, so that its use can be told. */
    private static final List<String> COUNTED = List.of("cpu", "cpuset", "io", "memory", "pids");

    private final String root;
    private final CgroupFeatures features;
    private final String group;
    private final CgroupPath path;
    private final Set<String> needed = new TreeSet<>();
    private final List<CgroupAction> writes = new ArrayList<>();

    private UnifiedPlanner(String root, CgroupFeatures features, CgroupPath path) {
        this.root = root;
        this.features = features;
        this.path = path;
        this.group = path.under(root);
    }

    static CgroupPlan plan(CgroupHierarchy hierarchy, CgroupFeatures features, CgroupPath path, Resources resources) {
        String root = hierarchy.unified().orElseThrow().mountPoint();
        UnifiedPlanner planner = new UnifiedPlanner(root, features, path);
        planner.limits(resources);
        if (!resources.devices().isEmpty()) {
            planner.writes.add(new LoadDeviceFilter(
                    planner.group, DeviceFilter.of(resources.devices()), "decides which device nodes may be used"));
        }
        List<CgroupAction> own = new ArrayList<>();
        own.add(new MakeDirectory(planner.group, false, "the container's group"));
        own.addAll(planner.writes);
        return new CgroupPlan(path, planner.parents(), own);
    }

    /** The writes that change the limits of a group that is there. */
    static List<CgroupAction> limits(
            CgroupHierarchy hierarchy, CgroupFeatures features, CgroupPath path, Resources resources) {
        UnifiedPlanner planner =
                new UnifiedPlanner(hierarchy.unified().orElseThrow().mountPoint(), features, path);
        planner.limits(resources);
        return planner.writes;
    }

    /** Controllers go down one level at a time, and only through groups without processes of their own. */
    private List<CgroupAction> parents() {
        List<CgroupAction> actions = new ArrayList<>();
        if (features.crowdedRoot()) {
            actions.add(new MoveProcesses(
                    root,
                    root + "/init",
                    "the root of this cgroup namespace has processes, and such a group cannot limit groups inside it"));
        }
        actions.add(enable(root));
        for (CgroupPath ancestor : path.ancestors()) {
            String directory = ancestor.under(root);
            actions.add(new MakeDirectory(directory, true, "the group above the container's"));
            actions.add(enable(directory));
        }
        return actions;
    }

    private EnableControllers enable(String directory) {
        List<String> wanted =
                COUNTED.stream().filter(features.controllers()::contains).toList();
        return new EnableControllers(
                directory, List.copyOf(needed), wanted, "lets the groups inside it be counted and limited");
    }

    private void limits(Resources resources) {
        memory(resources.memory());
        cpu(resources.cpu());
        resources
                .pids()
                .limit()
                .ifPresent(limit -> write(
                        "pids", "pids.max", Conversions.pidsMax(limit), "how many processes there may be at once"));
        io(resources.blockIo());
        new TreeMap<>(resources.unified()).forEach(this::unified);
    }

    private void memory(Resources.Memory memory) {
        if (memory.disableOOMKiller() || memory.swappiness().isPresent()) {
            throw new WhaleboxException(
                    ErrorKind.PRECONDITION,
                    "cannot disable the out-of-memory killer or set swappiness: cgroup v2 has no such settings");
        }
        Conversions.swapMax(memory.swap(), memory.limit()).ifPresent(swap -> {
            // Without swap in the kernel there is nothing to limit or to free.
            if (features.swap() || swap > 0) {
                write(
                        "memory",
                        "memory.swap.max",
                        Conversions.limit(swap),
                        "swap alone: memory and swap together, less the memory");
            }
        });
        memory.limit()
                .ifPresent(limit -> write(
                        "memory", "memory.max", Conversions.limit(limit), "memory beyond which processes are killed"));
        memory.reservation()
                .ifPresent(low -> write(
                        "memory",
                        "memory.low",
                        Conversions.limit(low),
                        "memory that is left to the group when others need some"));
    }

    private void cpu(Resources.Cpu cpu) {
        cpu.shares().stream().filter(shares -> shares > 0).forEach(shares -> {
            String weight = Long.toString(Conversions.cpuWeight(shares));
            write("cpu", "cpu.weight", weight, shares + " cpu shares, on the scale of version 2");
        });
        cpu.idle()
                .ifPresent(idle ->
                        write("cpu", "cpu.idle", Long.toString(idle), "whether it runs only when nothing else does"));
        if (cpu.quota().orElse(0) != 0 || cpu.period().orElse(0) != 0) {
            write(
                    "cpu",
                    "cpu.max",
                    Conversions.cpuMax(cpu.quota(), cpu.period()),
                    "microseconds of processor time in each period");
        }
        // After the quota, which it may not exceed.
        cpu.burst()
                .ifPresent(burst ->
                        write("cpu", "cpu.max.burst", Long.toString(burst), "microseconds that may be saved up"));
        cpu.cpus().ifPresent(cpus -> write("cpuset", "cpuset.cpus", cpus, "processors that may be used"));
        cpu.mems().ifPresent(mems -> write("cpuset", "cpuset.mems", mems, "memory nodes that may be used"));
    }

    private void io(Resources.BlockIo io) {
        String weightFile = features.weight() == IoWeight.BFQ ? "io.bfq.weight" : "io.weight";
        io.weight().stream().filter(weight -> weight > 0).forEach(weight -> {
            requireWeight();
            write("io", weightFile, weightValue(weight), "share of each disk, from " + weight);
        });
        io.weightDevice().forEach(device -> {
            requireWeight();
            String value = device.major() + ":" + device.minor() + " " + weightValue(device.weight());
            write("io", weightFile, value, "share of this disk, from " + device.weight());
        });
        throttle(io.throttleReadBpsDevice(), "rbps", "bytes read a second");
        throttle(io.throttleWriteBpsDevice(), "wbps", "bytes written a second");
        throttle(io.throttleReadIOPSDevice(), "riops", "reads a second");
        throttle(io.throttleWriteIOPSDevice(), "wiops", "writes a second");
    }

    private void requireWeight() {
        if (features.weight() == IoWeight.NONE) {
            throw new WhaleboxException(
                    ErrorKind.PRECONDITION,
                    "cannot set a block I/O weight: the kernel has neither io.weight nor io.bfq.weight; load the bfq"
                            + " module or leave the weight out");
        }
    }

    private String weightValue(long weight) {
        return Long.toString(features.weight() == IoWeight.BFQ ? weight : Conversions.ioWeight(weight));
    }

    private void throttle(List<ThrottleDevice> devices, String key, String meaning) {
        for (ThrottleDevice device : devices) {
            // Zero is how version 1 says "no limit any more".
            String rate = device.rate() == 0 ? "max" : Long.toString(device.rate());
            write("io", "io.max", device.major() + ":" + device.minor() + " " + key + "=" + rate, meaning);
        }
    }

    private void unified(String file, String value) {
        int dot = file.indexOf('.');
        if (dot <= 0 || file.contains("/") || file.chars().anyMatch(c -> c <= ' ')) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, "invalid cgroup v2 setting \"" + file + "\": it is not the name of a file");
        }
        String controller = file.substring(0, dot);
        if (controller.equals("cgroup")) {
            writes.add(new Write(group + "/" + file, value, "asked for by name"));
        } else {
            write(controller, file, value, "asked for by name");
        }
    }

    private void write(String controller, String file, String value, String reason) {
        if (!features.controllers().contains(controller)) {
            throw new WhaleboxException(
                    ErrorKind.PRECONDITION,
                    "cannot set " + file + ": this machine's cgroups do not have the controller " + controller + " ("
                            + root + "/cgroup.controllers lists: " + String.join(" ", features.controllers())
                            + ")");
        }
        needed.add(controller);
        writes.add(new Write(group + "/" + file, value, reason));
    }
}
