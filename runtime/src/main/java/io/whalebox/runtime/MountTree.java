package io.whalebox.runtime;

import static io.whalebox.linux.MountConstants.MOUNT_ATTR_RDONLY;
import static io.whalebox.runtime.Argument.text;
import static io.whalebox.runtime.MountSteps.NONE;

import io.whalebox.linux.Constant;
import io.whalebox.linux.Errno;
import io.whalebox.linux.Syscall;
import io.whalebox.runtime.Argument.Cell;
import io.whalebox.runtime.Argument.Register;
import io.whalebox.runtime.Spec.Mount;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The mounts of a container, attached below its root one after the other. */
final class MountTree {
    private static final long PROC_SUPER_MAGIC = 0x9fa0;
    private static final int STATFS_SIZE = 120;

    private final PlanBuilder plan;
    private final Register root;
    private final Map<String, Register> mounted = new HashMap<>();
    private final List<Mount> toProtect = new ArrayList<>();

    MountTree(PlanBuilder plan, Register root) {
        this.plan = plan;
        this.root = root;
    }

    /** The descriptor of the mount at this place. */
    Optional<Register> mountedAt(String destination) {
        return Optional.ofNullable(mounted.get(destination));
    }

    /**
     * Attaches a mount.
     *
     * @param copy of a bind, the detached copy that the launcher has made
     */
    void add(Mount mount, Optional<Register> copy) {
        Register attached = copy.isPresent() ? bind(mount, copy.get()) : filesystem(mount);
        mounted.put(mount.destination(), attached);
    }

    private Register bind(Mount mount, Register copy) {
        Register target = PathSteps.require(plan, root, mount.destination(), mount.shape());
        refuseProc(mount, target);
        MountSteps.attach(plan, "mount " + mount.source() + " on " + mount.destination(), copy, target);
        return copy;
    }

    /** A mount over a part of procfs could lie about processes to those that trust it (CVE-2023-27561). */
    private void refuseProc(Mount mount, Register target) {
        Cell status = plan.cell("statfs", STATFS_SIZE);
        plan.call(
                "see what " + mount.destination() + " lies on",
                Syscall.FSTATFS,
                MountSteps.result(target),
                new Argument.Address(status));
        plan.add(
                "refuse to mount on procfs",
                new Step.Action.Check(new Argument.Load(status, 0), -1, PROC_SUPER_MAGIC, false, Errno.EPERM));
    }

    private Register filesystem(Mount mount) {
        MountOptions options = MountOptions.parse(mount.options());
        boolean protectLater = options.readOnly() && mount.type().equals("tmpfs");
        Constant attributes = protectLater ? options.attributes() : options.allAttributes();
        // A symbolic link in the place of /proc or /sys would make a fool of every later check (CVE-2019-19921).
        Register target = isKernelTree(mount.destination())
                ? PathSteps.requireReal(plan, root, mount.destination())
                : PathSteps.require(plan, root, mount.destination(), mount.shape());
        Register made = MountSteps.filesystem(
                plan, mount.destination(), mount.type(), mount.source(), options.data(), attributes);
        MountSteps.attach(plan, "mount " + mount.type() + " on " + mount.destination(), made, target);
        if (protectLater) {
            toProtect.add(mount);
        }
        if (mount.type().equals("cgroup")) {
            linkControllers(mount.destination());
        }
        options.propagation()
                .ifPresent(propagation -> MountSteps.change(
                        plan,
                        "set how mounts below " + mount.destination() + " spread",
                        made,
                        propagation.recursive(),
                        NONE,
                        propagation.type()));
        return made;
    }

    /** Controllers that share a hierarchy are looked for by their own names too: {@code cpu} is {@code cpu,cpuacct}. */
    private void linkControllers(String destination) {
        int slash = destination.lastIndexOf('/');
        String hierarchy = destination.substring(slash + 1);
        if (!hierarchy.contains(",")) {
            return;
        }
        mountedAt(destination.substring(0, slash)).ifPresent(parent -> {
            for (String controller : hierarchy.split(",", -1)) {
                plan.call(
                        "link " + controller + " to " + hierarchy,
                        Syscall.SYMLINKAT,
                        text(hierarchy),
                        MountSteps.result(parent),
                        text(controller));
            }
        });
    }

    private static boolean isKernelTree(String destination) {
        return destination.equals("/proc") || destination.equals("/sys");
    }

    /** Write-protects what was to be read-only, now that the directories for the mounts in it exist. */
    void finish() {
        for (Mount mount : toProtect) {
            mountedAt(mount.destination())
                    .ifPresent(made -> MountSteps.change(
                            plan, "make " + mount.destination() + " read-only", made, false, MOUNT_ATTR_RDONLY, NONE));
        }
    }
}
