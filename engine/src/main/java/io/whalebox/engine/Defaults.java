package io.whalebox.engine;

import io.whalebox.runtime.Spec.Device;
import io.whalebox.runtime.Spec.Mount;
import io.whalebox.runtime.Spec.Shape;
import io.whalebox.runtime.cgroup.CgroupHierarchy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What every container gets unless told otherwise: Docker's defaults. */
final class Defaults {
    static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    static final long SHM_SIZE = 64 << 20;

    /** Hidden, since they tell of the host or change it (moby: oci/defaults, and runc's advisories since). */
    static final List<String> MASKED_PATHS = List.of(
            "/proc/acpi",
            "/proc/asound",
            "/proc/interrupts",
            "/proc/kcore",
            "/proc/keys",
            "/proc/latency_stats",
            "/proc/sched_debug",
            "/proc/scsi",
            "/proc/timer_list",
            "/proc/timer_stats",
            "/sys/devices/virtual/powercap",
            "/sys/firmware");

    static final List<String> READ_ONLY_PATHS =
            List.of("/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger");

    static final List<Device> DEVICES = List.of(
            node("/dev/null", 3),
            node("/dev/zero", 5),
            node("/dev/full", 7),
            node("/dev/random", 8),
            node("/dev/urandom", 9),
            new Device('c', "/dev/tty", 5, 0, 0666, 0, 0));

    private Defaults() {}

    private static Device node(String path, int minor) {
        return new Device('c', path, 1, minor, 0666, 0, 0);
    }

    /** Which of the kernel's file systems a container sees. */
    record KernelMounts(boolean writable, boolean hostIpc, boolean hostSysfs, long shmSize, CgroupHierarchy hierarchy) {

        List<Mount> list() {
            List<Mount> mounts = new ArrayList<>();
            mounts.add(directory("/proc", "proc", "proc", "nosuid", "noexec", "nodev"));
            mounts.add(directory("/dev", "tmpfs", "tmpfs", "nosuid", "strictatime", "mode=755", "size=65536k"));
            mounts.add(directory(
                    "/dev/pts",
                    "devpts",
                    "devpts",
                    "nosuid",
                    "noexec",
                    "newinstance",
                    "ptmxmode=0666",
                    "mode=0620",
                    "gid=5"));
            mounts.add(sysfs());
            mounts.addAll(cgroups());
            if (hostIpc) {
                // A host that never mounted it, such as a small virtual machine, has none to share.
                if (Files.isDirectory(Path.of("/dev/mqueue"))) {
                    mounts.add(directory("/dev/mqueue", "bind", "/dev/mqueue", "bind", "nosuid", "noexec", "nodev"));
                }
                mounts.add(directory("/dev/shm", "bind", "/dev/shm", "bind", "nosuid", "noexec", "nodev"));
            } else {
                mounts.add(directory("/dev/mqueue", "mqueue", "mqueue", "nosuid", "noexec", "nodev"));
                mounts.add(directory(
                        "/dev/shm", "tmpfs", "shm", "nosuid", "noexec", "nodev", "mode=1777", "size=" + shmSize));
            }
            return mounts;
        }

        private Mount sysfs() {
            String access = writable ? "rw" : "ro";
            // Only who owns the network namespace may mount a sysfs that shows it; others bind the host's.
            return hostSysfs
                    ? directory("/sys", "bind", "/sys", "rbind", "nosuid", "noexec", "nodev", access, "rslave")
                    : directory("/sys", "sysfs", "sysfs", "nosuid", "noexec", "nodev", access);
        }

        private List<Mount> cgroups() {
            String access = writable ? "rw" : "ro";
            if (hostSysfs) {
                return List.of();
            }
            if (hierarchy.mode() == CgroupHierarchy.Mode.UNIFIED) {
                return List.of(directory("/sys/fs/cgroup", "cgroup2", "cgroup", "nosuid", "noexec", "nodev", access));
            }
            List<Mount> mounts = new ArrayList<>();
            mounts.add(directory("/sys/fs/cgroup", "tmpfs", "tmpfs", "nosuid", "noexec", "nodev", "mode=755", access));
            for (CgroupHierarchy.Mount mount : hierarchy.mounts()) {
                String name = mount.mountPoint().substring(mount.mountPoint().lastIndexOf('/') + 1);
                List<String> options = new ArrayList<>(List.of("nosuid", "noexec", "nodev", access));
                for (String controller : mount.controllers()) {
                    if (controller.startsWith("name=")) {
                        options.add("none");
                    }
                    options.add(controller);
                }
                mounts.add(new Mount(
                        "/sys/fs/cgroup/" + name,
                        mount.unified() ? "cgroup2" : "cgroup",
                        "cgroup",
                        options,
                        Shape.DIRECTORY));
            }
            return mounts;
        }

        private static Mount directory(String destination, String type, String source, String... options) {
            return new Mount(destination, type, source, List.of(options), Shape.DIRECTORY);
        }
    }
}
