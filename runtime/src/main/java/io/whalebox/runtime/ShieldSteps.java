package io.whalebox.runtime;

import static io.whalebox.linux.FileConstants.AT_FDCWD;
import static io.whalebox.linux.MountConstants.MOUNT_ATTR_NODEV;
import static io.whalebox.linux.MountConstants.MOUNT_ATTR_NOEXEC;
import static io.whalebox.linux.MountConstants.MOUNT_ATTR_NOSUID;
import static io.whalebox.linux.MountConstants.MOUNT_ATTR_RDONLY;
import static io.whalebox.linux.OpenFlags.O_CLOEXEC;
import static io.whalebox.linux.OpenFlags.O_PATH;
import static io.whalebox.linux.OpenFlags.O_WRONLY;
import static io.whalebox.linux.OpenFlags.RESOLVE_BENEATH;
import static io.whalebox.linux.OpenFlags.RESOLVE_NO_SYMLINKS;
import static io.whalebox.linux.OpenFlags.RESOLVE_NO_XDEV;
import static io.whalebox.runtime.Argument.constant;
import static io.whalebox.runtime.Argument.number;
import static io.whalebox.runtime.Argument.text;
import static io.whalebox.runtime.Argument.words;
import static io.whalebox.runtime.MountSteps.NONE;
import static io.whalebox.runtime.MountSteps.result;

import io.whalebox.linux.Constant;
import io.whalebox.linux.Errno;
import io.whalebox.linux.FileConstants;
import io.whalebox.linux.RawText;
import io.whalebox.linux.Syscall;
import io.whalebox.runtime.Argument.Cell;
import io.whalebox.runtime.Argument.Register;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What of {@code /proc} and {@code /sys} is hidden, can only be read, or is set once before the program starts. */
final class ShieldSteps {
    private static final long DEVICE_TYPE = 0xf000;
    /** Offsets in {@code struct statx} (statx(2)). */
    private static final int STATX_MODE = 28;

    private static final int STATX_RDEV_MAJOR = 128;
    private static final int STATX_RDEV_MINOR = 132;
    private static final int STATX_SIZE = 256;

    private ShieldSteps() {}

    /** Opens the host's null device, and makes sure that it is one (CVE-2025-31133). */
    static Register openNull(PlanBuilder plan) {
        Register opened = plan.call(
                        "open the null device",
                        Syscall.OPENAT,
                        constant(AT_FDCWD),
                        text("/dev/null"),
                        new Argument.Immediate(O_PATH | O_CLOEXEC, "O_PATH|O_CLOEXEC"),
                        number(0))
                .result();
        Cell status = plan.cell("statx", STATX_SIZE);
        plan.call(
                "look what it is",
                Syscall.STATX,
                result(opened),
                text(""),
                constant(FileConstants.AT_EMPTY_PATH),
                new Argument.Immediate(3, "STATX_TYPE|STATX_MODE"),
                new Argument.Address(status));
        check(plan, status, STATX_MODE, DEVICE_TYPE, FileConstants.S_IFCHR.value());
        check(plan, status, STATX_RDEV_MAJOR, -1, 1);
        check(plan, status, STATX_RDEV_MINOR, -1, 3);
        return opened;
    }

    private static void check(PlanBuilder plan, Cell cell, int offset, long mask, long expected) {
        plan.add(
                "make sure that it is the null device",
                new Step.Action.Check(new Argument.Load(cell, offset), mask, expected, true, Errno.ENODEV));
    }

    /** Those of the usual masks that are directories. */
    private static final Set<String> DIRECTORIES =
            Set.of("/proc/acpi", "/proc/asound", "/proc/scsi", "/sys/devices/virtual/powercap", "/sys/firmware");

    /** Covers files by the null device and directories by an empty one; what does not exist needs no cover. */
    static void mask(PlanBuilder plan, Register root, Register nullDevice, List<String> paths) {
        for (String path : paths) {
            Register target = PathSteps.find(plan, root, path);
            maskIfFound(plan, path, target, nullDevice);
        }
    }

    /**
     * A file can't be mounted over a directory, nor a directory over a file (move_mount(2)), which is how they are told
     * apart. The likely one is tried first: a mount that was made in vain takes the kernel half as long as all masks.
     */
    private static void maskIfFound(PlanBuilder plan, String path, Register target, Register nullDevice) {
        Supplier<Register> file = () -> MountSteps.copyOf(plan, "the null device", nullDevice, false);
        Supplier<Register> directory = () -> MountSteps.filesystem(
                plan, "an empty directory", "tmpfs", "tmpfs", Map.of("nr_inodes", "1"), MOUNT_ATTR_RDONLY);
        boolean likelyDirectory = DIRECTORIES.contains(path);
        Register[] covered = new Register[1];
        plan.ifSucceeded(
                target,
                () -> covered[0] = MountSteps.attach(
                                plan, "hide " + path, (likelyDirectory ? directory : file).get(), target)
                        .tolerate(Errno.EINVAL, Errno.ENOTDIR)
                        .result());
        plan.ifFailed(
                covered[0],
                () -> MountSteps.attach(
                        plan,
                        "hide " + (likelyDirectory ? "file " : "directory ") + path,
                        (likelyDirectory ? file : directory).get(),
                        target));
    }

    /** Binds paths onto themselves, read-only; what does not exist can't be written anyway. */
    static void makeReadOnly(PlanBuilder plan, Register root, List<String> paths) {
        Constant attributes =
                MOUNT_ATTR_RDONLY.or(MOUNT_ATTR_NOSUID).or(MOUNT_ATTR_NODEV).or(MOUNT_ATTR_NOEXEC);
        for (String path : paths) {
            Register target = PathSteps.find(plan, root, path);
            plan.ifSucceeded(target, () -> {
                Register copy = MountSteps.copyOf(plan, path, target, true);
                MountSteps.change(plan, "make it read-only", copy, true, attributes, NONE);
                MountSteps.attach(plan, "make " + path + " read-only", copy, target);
            });
        }
    }

    /**
     * Writes kernel parameters of the container's namespaces.
     *
     * @param proc the container's own procfs: no link leads out of it (CVE-2025-52881)
     */
    static void setParameters(PlanBuilder plan, Register proc, Map<String, String> parameters) {
        new TreeMap<>(parameters).entrySet().forEach(parameter -> {
            String path = "sys/" + parameter.getKey().replace('.', '/');
            write(plan, "set " + parameter.getKey() + "=" + parameter.getValue(), proc, path, parameter.getValue());
        });
    }

    /** Sets how gladly the kernel kills the container when memory runs out (proc_pid_oom_score_adj(5)). */
    static void setOomScore(PlanBuilder plan, Register proc, int score) {
        write(plan, "set oom_score_adj=" + score, proc, "self/oom_score_adj", Integer.toString(score));
    }

    private static void write(PlanBuilder plan, String label, Register proc, String path, String value) {
        // "self" is a link; of links that leave procfs there is none that stays beneath.
        int resolve = RESOLVE_NO_XDEV | RESOLVE_BENEATH | (path.startsWith("self/") ? 0 : RESOLVE_NO_SYMLINKS);
        String shown = "{flags=O_WRONLY|O_CLOEXEC, resolve=RESOLVE_NO_XDEV|RESOLVE_BENEATH"
                + (path.startsWith("self/") ? "}" : "|RESOLVE_NO_SYMLINKS}");
        Register file = plan.call(
                        "open " + path,
                        Syscall.OPENAT2,
                        result(proc),
                        text(path),
                        words(shown, number(O_WRONLY | O_CLOEXEC), number(0), number(resolve)),
                        number(24))
                .result();
        int length = RawText.bytes(value).length;
        plan.call(label, Syscall.WRITE, result(file), text(value), number(length));
        plan.call("close " + path, Syscall.CLOSE, result(file));
    }
}
