package io.whalebox.runtime;

import static io.whalebox.runtime.Argument.mode;
import static io.whalebox.runtime.Argument.number;
import static io.whalebox.runtime.Argument.text;
import static io.whalebox.runtime.MountSteps.result;

import io.whalebox.linux.Errno;
import io.whalebox.linux.FileConstants;
import io.whalebox.linux.Syscall;
import io.whalebox.runtime.Argument.Register;
import io.whalebox.runtime.Spec.Device;
import io.whalebox.runtime.Spec.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The device nodes of {@code /dev}, and the links beside them. */
final class DeviceSteps {
    private static final Map<String, String> LINKS = links();

    private DeviceSteps() {}

    private static Map<String, String> links() {
        Map<String, String> links = new LinkedHashMap<>();
        links.put("fd", "/proc/self/fd");
        links.put("stdin", "/proc/self/fd/0");
        links.put("stdout", "/proc/self/fd/1");
        links.put("stderr", "/proc/self/fd/2");
        links.put("core", "/proc/kcore");
        links.put("ptmx", "pts/ptmx");
        return links;
    }

    /** Makes the links that programs expect. */
    static void link(PlanBuilder plan, Register dev) {
        LINKS.forEach((name, target) -> plan.call(
                        "link /dev/" + name + " to " + target, Syscall.SYMLINKAT, text(target), result(dev), text(name))
                // A container that brings its own /dev may have them already.
                .tolerate(Errno.EEXIST));
    }

    /** Makes the nodes, in a namespace whose root may do so. */
    static void makeNodes(PlanBuilder plan, Register root, Register dev, List<Device> devices) {
        for (Device device : devices) {
            String name = nameInDev(device.path());
            Register directory = dev;
            String entry = name;
            if (name.isEmpty() || name.contains("/")) {
                String path = device.path();
                directory = PathSteps.require(plan, root, path.substring(0, path.lastIndexOf('/')), Shape.DIRECTORY);
                entry = path.substring(path.lastIndexOf('/') + 1);
            }
            long type = device.type() == 'b' ? FileConstants.S_IFBLK.value() : FileConstants.S_IFCHR.value();
            plan.call(
                            "make device " + device.path() + " " + device.type() + " " + device.major() + ":"
                                    + device.minor(),
                            Syscall.MKNODAT,
                            result(directory),
                            text(entry),
                            mode((int) type | device.mode()),
                            new Argument.Immediate(
                                    packed(device.major(), device.minor()),
                                    "makedev(" + device.major() + ", " + device.minor() + ")"))
                    .tolerate(Errno.EEXIST);
            if (device.uid() != 0 || device.gid() != 0) {
                plan.call(
                        "give it to " + device.uid() + ":" + device.gid(),
                        Syscall.FCHOWNAT,
                        result(directory),
                        text(entry),
                        number(device.uid()),
                        number(device.gid()),
                        Argument.constant(FileConstants.AT_SYMLINK_NOFOLLOW));
            }
        }
    }

    /** The name below {@code /dev} of a path there; empty elsewhere. */
    private static String nameInDev(String path) {
        return path.startsWith("/dev/") ? path.substring("/dev/".length()) : "";
    }

    /** A user namespace's root may make no nodes, so the host's own are bound. */
    static void bindNodes(PlanBuilder plan, Register root, Map<Device, Register> hostNodes) {
        hostNodes.forEach((device, copy) -> {
            Register target = PathSteps.require(plan, root, device.path(), Shape.FILE);
            MountSteps.attach(plan, "bind the host's " + device.path(), copy, target);
        });
    }

    /** In the launcher: copies of the host's nodes to bind later. */
    static Map<Device, Register> copyHostNodes(PlanBuilder plan, List<Device> devices) {
        Map<Device, Register> copies = new LinkedHashMap<>();
        for (Device device : devices) {
            copies.put(device, MountSteps.copyOfPath(plan, device.path(), false));
        }
        return copies;
    }

    /** As makedev(3): how the kernel's interface packs a device number. */
    static long packed(int major, int minor) {
        return (minor & 0xffL) | (major & 0xfffL) << 8 | (minor & ~0xffL) << 12 | (major & ~0xfffL) << 32;
    }
}
