package io.whalebox.runtime.cgroup;

import io.whalebox.linux.ControlFiles;
import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.cgroup.CgroupAction.EnableControllers;
import io.whalebox.runtime.cgroup.CgroupAction.InheritCpuset;
import io.whalebox.runtime.cgroup.CgroupAction.LoadDeviceFilter;
import io.whalebox.runtime.cgroup.CgroupAction.MakeDirectory;
import io.whalebox.runtime.cgroup.CgroupAction.MoveProcesses;
import io.whalebox.runtime.cgroup.CgroupAction.Write;

/** Turns the kernel's refusal of an action, which is one short word, into what was wrong and what helps. */
final class CgroupFailure {
    private CgroupFailure() {}

    static WhaleboxException explain(CgroupAction action, LinuxException refusal) {
        Errno errno = refusal.errno();
        Reading reading = switch (errno) {
            case EACCES, EPERM, EROFS ->
                new Reading(
                        ErrorKind.DENIED,
                        "the cgroup file system is read-only or not ours; run as root, in a container with its"
                                + " cgroups writable");
            case ENOMEM -> new Reading(ErrorKind.UNAVAILABLE, "the kernel is out of memory");
            default ->
                switch (action) {
                    case MakeDirectory make -> directory(errno);
                    case Write write -> write(write, errno);
                    case EnableControllers enable -> controllers(enable, errno);
                    case MoveProcesses move ->
                        new Reading(ErrorKind.PRECONDITION, "move them into a group of their own by hand");
                    case InheritCpuset inherit ->
                        new Reading(
                                ErrorKind.PRECONDITION, "the group above has no processors or memory nodes to give");
                    case LoadDeviceFilter load ->
                        new Reading(
                                ErrorKind.PRECONDITION,
                                "the kernel needs CONFIG_CGROUP_BPF, and cgroups above may not have a program of their"
                                        + " own that forbids others");
                };
        };
        return new WhaleboxException(
                reading.kind(),
                "cannot " + attempt(action) + ": " + errno.message() + "; " + reading.likely(),
                refusal);
    }

    private record Reading(ErrorKind kind, String likely) {}

    private static String attempt(CgroupAction action) {
        return switch (action) {
            case MakeDirectory make -> "make the cgroup " + make.directory();
            case Write write -> "write \"" + write.value() + "\" to " + write.file();
            case EnableControllers enable ->
                "enable " + String.join(", ", enable.needed()) + " in the cgroup " + enable.directory();
            case MoveProcesses move -> "move the processes of the cgroup " + move.from();
            case InheritCpuset inherit -> "give processors to the cgroup " + inherit.directory();
            case LoadDeviceFilter load -> "load the device filter of the cgroup " + load.directory();
        };
    }

    private static Reading directory(Errno errno) {
        return switch (errno) {
            case EEXIST ->
                new Reading(ErrorKind.CONFLICT, "a container of that name runs, or left it behind; take another name");
            case EAGAIN ->
                new Reading(ErrorKind.UNAVAILABLE, "a group above limits how many or how deep groups inside it may be");
            case ENOSPC -> new Reading(ErrorKind.UNAVAILABLE, "the kernel has as many groups as it can have");
            default -> new Reading(ErrorKind.INTERNAL, "the group above may have been removed");
        };
    }

    private static Reading write(Write write, Errno errno) {
        String name = write.file().substring(write.file().lastIndexOf('/') + 1);
        String group = write.file().substring(0, write.file().lastIndexOf('/'));
        if (errno == Errno.ENOENT) {
            return new Reading(ErrorKind.PRECONDITION, "this kernel has no such setting; leave it out");
        }
        return switch (name.substring(0, Math.max(0, name.indexOf('.')))) {
            case "cpuset" ->
                new Reading(
                        ErrorKind.INVALID,
                        "the group above has only "
                                + ControlFiles.find(group + "/../" + name)
                                        .map(String::strip)
                                        .filter(list -> !list.isEmpty())
                                        .or(() -> ControlFiles.find(group + "/../" + name + ".effective"))
                                        .map(String::strip)
                                        .orElse("others"));
            case "memory" ->
                new Reading(
                        ErrorKind.INVALID,
                        errno == Errno.EBUSY
                                ? "the group uses more than that already"
                                : "it may be more than memory and swap together, or not a number of bytes");
            case "cpu" ->
                new Reading(
                        ErrorKind.INVALID,
                        "it is out of the kernel's range, or beyond the quota of the group above: periods are 1000 to"
                                + " 1000000 microseconds, quotas at least 1000");
            case "pids" -> new Reading(ErrorKind.INVALID, "the kernel knows at most 4194304 processes");
            case "io", "blkio" ->
                new Reading(
                        ErrorKind.INVALID,
                        errno == Errno.ENODEV
                                ? "there is no such disk; partitions cannot be limited, whole disks can"
                                : "weights are 10 to 1000, rates positive numbers");
            case "devices" ->
                new Reading(ErrorKind.DENIED, "the group above may not use these devices, so no group inside it may");
            default -> new Reading(ErrorKind.INVALID, "the kernel does not take that value");
        };
    }

    private static Reading controllers(EnableControllers enable, Errno errno) {
        if (errno == Errno.EBUSY) {
            return new Reading(
                    ErrorKind.PRECONDITION,
                    "it has processes of its own, and such a group cannot limit groups inside it; choose another"
                            + " --cgroup-parent or move them: cat " + enable.directory() + "/cgroup.procs");
        }
        return new Reading(
                ErrorKind.PRECONDITION,
                "the group has only: "
                        + ControlFiles.find(enable.directory() + "/cgroup.controllers")
                                .map(String::strip)
                                .orElse("nothing"));
    }
}
