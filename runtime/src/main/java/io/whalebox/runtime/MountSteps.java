package io.whalebox.runtime;

import static io.whalebox.linux.FileConstants.AT_EMPTY_PATH;
import static io.whalebox.linux.FileConstants.AT_FDCWD;
import static io.whalebox.linux.MountConstants.AT_RECURSIVE;
import static io.whalebox.linux.MountConstants.FSCONFIG_CMD_CREATE;
import static io.whalebox.linux.MountConstants.FSCONFIG_SET_FLAG;
import static io.whalebox.linux.MountConstants.FSCONFIG_SET_STRING;
import static io.whalebox.linux.MountConstants.FSMOUNT_CLOEXEC;
import static io.whalebox.linux.MountConstants.FSOPEN_CLOEXEC;
import static io.whalebox.linux.MountConstants.MOUNT_ATTR_IDMAP;
import static io.whalebox.linux.MountConstants.MOVE_MOUNT_F_EMPTY_PATH;
import static io.whalebox.linux.MountConstants.MOVE_MOUNT_T_EMPTY_PATH;
import static io.whalebox.linux.MountConstants.OPEN_TREE_CLOEXEC;
import static io.whalebox.linux.MountConstants.OPEN_TREE_CLONE;
import static io.whalebox.runtime.Argument.constant;
import static io.whalebox.runtime.Argument.number;
import static io.whalebox.runtime.Argument.text;
import static io.whalebox.runtime.Argument.words;

import io.whalebox.linux.Constant;
import io.whalebox.linux.Syscall;
import io.whalebox.runtime.Argument.Register;
import java.util.Map;

/**
 * The verbs of the descriptor-based mount API: a mount is made detached, known only by its descriptor, set up, and
 * then attached to a directory that is a descriptor too. No path is looked up twice.
 */
final class MountSteps {
    static final Constant NONE = new Constant("0", 0);

    /** Of {@code struct mount_attr}. */
    private static final int ATTRIBUTES_SIZE = 32;

    private MountSteps() {}

    /**
     * A new instance of a file system, detached.
     *
     * @param what a name for labels, such as {@code proc}
     */
    static Register filesystem(
            PlanBuilder plan, String what, String type, String source, Map<String, String> data, Constant attributes) {
        Register context = open(plan, what, type, source);
        data.forEach((key, value) -> set(plan, what, context, key, value));
        return create(plan, what, context, attributes);
    }

    static Register open(PlanBuilder plan, String what, String type, String source) {
        Register context = plan.call("begin " + what, Syscall.FSOPEN, text(type), constant(FSOPEN_CLOEXEC))
                .result();
        set(plan, what, context, "source", source);
        return context;
    }

    static void set(PlanBuilder plan, String what, Register context, String key, String value) {
        plan.call(
                "set " + key + (value.isEmpty() ? "" : "=" + value) + " of " + what,
                Syscall.FSCONFIG,
                result(context),
                constant(value.isEmpty() ? FSCONFIG_SET_FLAG : FSCONFIG_SET_STRING),
                text(key),
                value.isEmpty() ? number(0) : text(value),
                number(0));
    }

    static Register create(PlanBuilder plan, String what, Register context, Constant attributes) {
        plan.call(
                "create " + what,
                Syscall.FSCONFIG,
                result(context),
                constant(FSCONFIG_CMD_CREATE),
                number(0),
                number(0),
                number(0));
        return plan.call(
                        "mount " + what + ", detached",
                        Syscall.FSMOUNT,
                        result(context),
                        constant(FSMOUNT_CLOEXEC),
                        constant(attributes))
                .result();
    }

    /** A detached copy of a mount of the host, with the mounts below it if {@code tree}. */
    static Register copyOfPath(PlanBuilder plan, String path, boolean tree) {
        Constant flags = OPEN_TREE_CLONE.or(OPEN_TREE_CLOEXEC).or(tree ? AT_RECURSIVE : NONE);
        return plan.call(
                        "copy the mount at " + path, Syscall.OPEN_TREE, constant(AT_FDCWD), text(path), constant(flags))
                .result();
    }

    /** A detached copy of the mount that a descriptor is on, from that descriptor's file or directory down. */
    static Register copyOf(PlanBuilder plan, String what, Register descriptor, boolean tree) {
        Constant flags = AT_EMPTY_PATH.or(OPEN_TREE_CLONE).or(OPEN_TREE_CLOEXEC).or(tree ? AT_RECURSIVE : NONE);
        return plan.call("copy the mount of " + what, Syscall.OPEN_TREE, result(descriptor), text(""), constant(flags))
                .result();
    }

    /** Sets attributes and propagation of a mount; {@code propagation} {@link #NONE} leaves that as it is. */
    static void change(
            PlanBuilder plan, String label, Register mount, boolean recursive, Constant set, Constant propagation) {
        setAttributes(plan, label, result(mount), "", recursive, set, propagation);
    }

    /** The same by path, without a descriptor. */
    static void changePath(
            PlanBuilder plan, String label, String path, boolean recursive, Constant set, Constant propagation) {
        setAttributes(plan, label, constant(AT_FDCWD), path, recursive, set, propagation);
    }

    private static void setAttributes(
            PlanBuilder plan,
            String label,
            Argument directory,
            String path,
            boolean recursive,
            Constant set,
            Constant propagation) {
        Constant flags = (path.isEmpty() ? AT_EMPTY_PATH : NONE).or(recursive ? AT_RECURSIVE : NONE);
        String shown = "{attr_set=" + set.name()
                + (propagation.value() == 0 ? "" : ", propagation=" + propagation.name()) + "}";
        plan.call(
                label,
                Syscall.MOUNT_SETATTR,
                directory,
                text(path),
                constant(flags),
                words(shown, constant(set), number(0), constant(propagation), number(0)),
                number(ATTRIBUTES_SIZE));
    }

    /** Shows the files of a detached mount as a user namespace sees their owners. */
    static void mapOwners(PlanBuilder plan, String label, Register mount, Register userNamespace) {
        // The structure is laid out before the namespace has a descriptor, so a step fills in its last word.
        Argument.Cell attributes = plan.cell("mount_attr", ATTRIBUTES_SIZE);
        plan.add(label + " (attributes)", new Step.Action.Store(attributes, 0, constant(MOUNT_ATTR_IDMAP)));
        plan.add(label + " (namespace)", new Step.Action.Store(attributes, 24, result(userNamespace)));
        plan.call(
                label,
                Syscall.MOUNT_SETATTR,
                result(mount),
                text(""),
                constant(AT_EMPTY_PATH),
                new Argument.Address(attributes),
                number(ATTRIBUTES_SIZE));
    }

    /** Attaches a detached mount to a directory or file that is open. */
    static PlanBuilder.StepBuilder attach(PlanBuilder plan, String label, Register mount, Register target) {
        return plan.call(
                label,
                Syscall.MOVE_MOUNT,
                result(mount),
                text(""),
                result(target),
                text(""),
                constant(MOVE_MOUNT_F_EMPTY_PATH.or(MOVE_MOUNT_T_EMPTY_PATH)));
    }

    static Argument result(Register register) {
        return new Argument.Result(register);
    }
}
