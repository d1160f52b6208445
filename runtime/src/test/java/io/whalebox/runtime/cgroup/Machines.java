package io.whalebox.runtime.cgroup;

import io.whalebox.runtime.cgroup.CgroupFeatures.IoWeight;
import java.util.Set;

/** Machines to plan for: what their /proc says about control groups. */
final class Machines {
    private Machines() {}

    /** Debian with systemd, version 2 alone. */
    static final CgroupHierarchy UNIFIED = CgroupHierarchy.parse("""
            22 28 0:20 / /sys rw,nosuid,nodev,noexec,relatime shared:7 - sysfs sysfs rw
            28 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro
            29 22 0:25 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
            """, "0::/user.slice/user-0.slice/session-1.scope\n");

    /** An older Debian: controllers on version 1, two of them together, and systemd on version 2. */
    static final CgroupHierarchy HYBRID = CgroupHierarchy.parse("""
            30 22 0:26 / /sys/fs/cgroup ro,nosuid,nodev,noexec shared:9 - tmpfs tmpfs ro,size=4096k,nr_inodes=1024,mode=755
            31 30 0:27 / /sys/fs/cgroup/unified rw,nosuid,nodev,noexec,relatime shared:10 - cgroup2 cgroup2 rw,nsdelegate
            32 30 0:28 / /sys/fs/cgroup/systemd rw,nosuid,nodev,noexec,relatime shared:11 - cgroup cgroup rw,xattr,name=systemd
            35 30 0:31 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid,nodev,noexec,relatime shared:15 - cgroup cgroup rw,cpu,cpuacct
            36 30 0:32 / /sys/fs/cgroup/memory rw,nosuid,nodev,noexec,relatime shared:16 - cgroup cgroup rw,memory
            37 30 0:33 / /sys/fs/cgroup/devices rw,nosuid,nodev,noexec,relatime shared:17 - cgroup cgroup rw,devices
            38 30 0:34 / /sys/fs/cgroup/freezer rw,nosuid,nodev,noexec,relatime shared:18 - cgroup cgroup rw,freezer
            39 30 0:35 / /sys/fs/cgroup/cpuset rw,nosuid,nodev,noexec,relatime shared:19 - cgroup cgroup rw,cpuset
            40 30 0:36 / /sys/fs/cgroup/blkio rw,nosuid,nodev,noexec,relatime shared:20 - cgroup cgroup rw,blkio
            41 30 0:37 / /sys/fs/cgroup/pids rw,nosuid,nodev,noexec,relatime shared:21 - cgroup cgroup rw,pids
            """, """
            8:pids:/user.slice/user-0.slice/session-1.scope
            7:blkio:/user.slice
            6:cpuset:/
            5:freezer:/
            4:devices:/user.slice
            3:memory:/user.slice/user-0.slice/session-1.scope
            2:cpu,cpuacct:/user.slice
            1:name=systemd:/user.slice/user-0.slice/session-1.scope
            0::/user.slice/user-0.slice/session-1.scope
            """);

    /** Version 1 alone, as a hand-written boot script mounts it; a blank in a path. */
    static final CgroupHierarchy LEGACY = CgroupHierarchy.parse("""
            31 30 0:28 / /sys/fs/cgroup/cpu rw,relatime - cgroup none rw,cpu
            34 30 0:31 / /control\\040groups/memory rw,relatime - cgroup none rw,memory,release_agent=/bin/true
            """, """
            2:memory:/
            1:cpu:/batch:night
            """);

    /** Inside a Docker container with a cgroup namespace of its own, on version 2. */
    static final CgroupHierarchy NESTED = CgroupHierarchy.parse("""
            640 617 0:25 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw,nsdelegate
            """, "0::/\n");

    /** Inside a Docker container that shares the machine's cgroup namespace, on version 1. */
    static final CgroupHierarchy NESTED_LEGACY = CgroupHierarchy.parse("""
            640 617 0:25 /docker/0123abcd /sys/fs/cgroup/memory ro,nosuid,nodev,noexec,relatime master:16 - cgroup cgroup rw,memory
            641 617 0:26 /docker/0123abcd /sys/fs/cgroup/pids ro,nosuid,nodev,noexec,relatime master:17 - cgroup cgroup rw,pids
            """, """
            2:memory:/docker/0123abcd
            1:pids:/docker/0123abcd
            """);

    static final Set<String> UNIFIED_CONTROLLERS = Set.of("cpu", "cpuset", "io", "memory", "pids");

    static CgroupFeatures unified() {
        return new CgroupFeatures(UNIFIED_CONTROLLERS, true, IoWeight.COST, true, "0-1", "0", false);
    }

    static CgroupFeatures crowded() {
        return new CgroupFeatures(UNIFIED_CONTROLLERS, true, IoWeight.COST, true, "0-1", "0", true);
    }

    /** What a version 1 machine can do with everything that it has mounted. */
    static CgroupFeatures legacy(CgroupHierarchy hierarchy) {
        return new CgroupFeatures(hierarchy.legacyControllers(), true, IoWeight.BFQ, true, "0-1", "0", false);
    }

    /** The poorest: nothing can be counted. */
    static CgroupFeatures nothing() {
        return new CgroupFeatures(Set.of(), false, IoWeight.NONE, false, "", "", false);
    }
}
