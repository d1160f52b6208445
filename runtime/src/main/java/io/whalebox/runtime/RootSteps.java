package io.whalebox.runtime;

import static io.whalebox.linux.FileConstants.AT_FDCWD;
import static io.whalebox.linux.MountConstants.MNT_DETACH;
import static io.whalebox.linux.MountConstants.MOUNT_ATTR_RDONLY;
import static io.whalebox.linux.MountConstants.MOVE_MOUNT_F_EMPTY_PATH;
import static io.whalebox.linux.MountConstants.MS_SLAVE;
import static io.whalebox.linux.OpenFlags.O_CLOEXEC;
import static io.whalebox.runtime.Argument.constant;
import static io.whalebox.runtime.Argument.text;
import static io.whalebox.runtime.MountSteps.NONE;
import static io.whalebox.runtime.MountSteps.result;

import io.whalebox.linux.ProcessConstants;
import io.whalebox.linux.Syscall;
import io.whalebox.runtime.Argument.Register;
import io.whalebox.runtime.Spec.Root;
import java.util.Optional;
import java.util.stream.Collectors;

/** The container's root: made detached by the launcher, entered by the container. */
final class RootSteps {
    private static final String OVERLAY = "the overlay";

    /**
     * Where the root is attached until it is pivoted to: any directory that everyone may enter will do, since it is
     * covered in the container's own mount namespace alone, and gone with the old root a moment later.
     */
    private static final String STAGE = "/dev";

    /** Descriptors that paths speak of need numbers that are known in advance, above all that a plan opens. */
    private static final int FIRST_NUMBERED = 300;

    private final PlanBuilder plan;
    private final Optional<Register> owners;
    private int numbered = FIRST_NUMBERED;

    private RootSteps(PlanBuilder plan, Optional<Register> owners) {
        this.plan = plan;
        this.owners = owners;
    }

    /**
     * Makes the root, as a detached mount; there is nothing to make of the host's own.
     *
     * @param owners a user namespace whose ids the files of the image are to have; empty: their own. The container's
     *     own layer is not mapped: overlayfs writes there as the user who mounted it, whom no map of the container has.
     */
    static Optional<Register> make(PlanBuilder plan, Root root, KernelFeatures kernel, Optional<Register> owners) {
        RootSteps steps = new RootSteps(plan, owners);
        if (root instanceof Root.Host) {
            return Optional.empty();
        }
        if (root instanceof Root.Directory directory) {
            return Optional.of(steps.directory(directory));
        }
        Root.Overlay overlay = (Root.Overlay) root;
        boolean singly = kernel.overlayTakesLayersSingly() && (owners.isEmpty() || kernel.overlayTakesDetachedLayers());
        return Optional.of(singly ? steps.overlay(overlay) : steps.overlayInOneString(overlay));
    }

    private Register directory(Root.Directory directory) {
        Register mount = MountSteps.copyOfPath(plan, directory.path(), true);
        owners.ifPresent(namespace -> MountSteps.mapOwners(plan, "map the owners of the root", mount, namespace));
        return mount;
    }

    /** Linux 6.5 and later takes one layer after another, however many and however long their paths. */
    private Register overlay(Root.Overlay overlay) {
        Register context = MountSteps.open(plan, OVERLAY, "overlay", "overlay");
        for (String layer : overlay.lower()) {
            MountSteps.set(plan, OVERLAY, context, "lowerdir+", owners.isEmpty() ? layer : numbered(layer));
        }
        MountSteps.set(plan, OVERLAY, context, "upperdir", overlay.own() + "/upper");
        MountSteps.set(plan, OVERLAY, context, "workdir", overlay.own() + "/work");
        if (overlay.fleeting()) {
            MountSteps.set(plan, OVERLAY, context, "volatile", "");
        }
        return MountSteps.create(plan, OVERLAY, context, NONE);
    }

    /**
     * Before Linux 6.5 all layers are one option, and mount(2) takes a page of options: enough for the paths of
     * numbered descriptors. And before 6.15 what overlayfs is given has to be attached in the mount namespace of the
     * one who mounts it. So this is done in a namespace that only the launcher is in, and nothing of it stays.
     */
    private Register overlayInOneString(Root.Overlay overlay) {
        plan.call("leave the host's mount namespace", Syscall.UNSHARE, constant(ProcessConstants.CLONE_NEWNS));
        MountSteps.changePath(plan, "keep mounts from spreading to the host", "/", true, NONE, MS_SLAVE);
        String lower = overlay.lower().stream().map(this::numberedAndAttached).collect(Collectors.joining(":"));
        String own = overlay.own();
        String options = "lowerdir=" + lower + ",upperdir=" + own + "/upper,workdir=" + own + "/work"
                + (overlay.fleeting() ? ",volatile" : "");
        plan.call(
                "mount " + OVERLAY,
                Syscall.MOUNT,
                text("overlay"),
                text(STAGE),
                text("overlay"),
                Argument.number(0),
                text(options));
        Register root = MountSteps.copyOfPath(plan, STAGE, false);
        int attached = 1 + (owners.isPresent() ? overlay.lower().size() : 0);
        for (int i = 0; i < attached; i++) {
            plan.call("uncover " + STAGE, Syscall.UMOUNT2, text(STAGE), constant(MNT_DETACH));
        }
        return root;
    }

    private String numberedAndAttached(String directory) {
        Register opened = open(directory);
        if (owners.isPresent()) {
            // One on top of the other: nobody looks for them by that path.
            attach(plan, "attach it for a moment", opened);
        }
        return number(opened);
    }

    private String numbered(String directory) {
        return number(open(directory));
    }

    private Register open(String directory) {
        if (owners.isPresent()) {
            Register copy = MountSteps.copyOfPath(plan, directory, false);
            MountSteps.mapOwners(plan, "map the owners in " + directory, copy, owners.get());
            return copy;
        }
        return plan.call(
                        "open " + directory,
                        Syscall.OPENAT,
                        constant(AT_FDCWD),
                        text(directory),
                        constant(PathSteps.DIRECTORY),
                        Argument.number(0))
                .result();
    }

    /** A short path for an open directory, by a number that is known already. */
    private String number(Register opened) {
        int number = numbered++;
        plan.call(
                "give it number " + number,
                Syscall.DUP3,
                result(opened),
                Argument.number(number),
                new Argument.Immediate(O_CLOEXEC, "O_CLOEXEC"));
        plan.call("close it under the other", Syscall.CLOSE, result(opened));
        return "/proc/self/fd/" + number;
    }

    /** In the container: the root that it has already, its copy of the host's. */
    static Register openOwn(PlanBuilder plan) {
        return plan.call(
                        "open the root",
                        Syscall.OPENAT,
                        constant(AT_FDCWD),
                        text("/"),
                        constant(PathSteps.DIRECTORY),
                        Argument.number(0))
                .result();
    }

    /** In the container: attaches the root where it can be pivoted to. */
    static void attach(PlanBuilder plan, Register root) {
        attach(plan, "attach the root, in this namespace alone", root);
    }

    private static void attach(PlanBuilder plan, String label, Register mount) {
        plan.call(
                label,
                Syscall.MOVE_MOUNT,
                result(mount),
                text(""),
                constant(AT_FDCWD),
                text(STAGE),
                constant(MOVE_MOUNT_F_EMPTY_PATH));
    }

    /** In the container: makes it the root, and lets go of the old one. */
    static void pivot(PlanBuilder plan, Register root, Root from) {
        plan.call("go to the root", Syscall.FCHDIR, result(root));
        // With both arguments alike the old root ends up on top of the new one, from where it is detached.
        plan.call("make it the root", Syscall.PIVOT_ROOT, text("."), text("."));
        plan.call("let go of the host's mounts", Syscall.UMOUNT2, text("."), constant(MNT_DETACH));
        plan.call("go to the new root", Syscall.CHDIR, text("/"));
        if (from.readOnly()) {
            MountSteps.changePath(plan, "make the root read-only", "/", false, MOUNT_ATTR_RDONLY, NONE);
        }
    }
}
