package io.whalebox.runtime.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.cgroup.CgroupAction.EnableControllers;
import io.whalebox.runtime.cgroup.CgroupAction.LoadDeviceFilter;
import io.whalebox.runtime.cgroup.CgroupAction.MakeDirectory;
import io.whalebox.runtime.cgroup.CgroupAction.Write;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user reads when the kernel refuses. */
class CgroupFailureTest {
    private static final String GROUP = "/sys/fs/cgroup/absent/id";

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments(
                        new MakeDirectory(GROUP, false, ""),
                        Errno.EEXIST,
                        ErrorKind.CONFLICT,
                        "cannot make the cgroup /sys/fs/cgroup/absent/id: file exists; a container of that name runs,"
                                + " or left it behind; take another name"),
                arguments(
                        new MakeDirectory(GROUP, true, ""),
                        Errno.EROFS,
                        ErrorKind.DENIED,
                        "cannot make the cgroup /sys/fs/cgroup/absent/id: read-only file system; the cgroup file"
                                + " system is read-only or not ours; run as root, in a container with its cgroups"
                                + " writable"),
                arguments(
                        new Write(GROUP + "/memory.limit_in_bytes", "4096", ""),
                        Errno.EBUSY,
                        ErrorKind.INVALID,
                        "cannot write \"4096\" to /sys/fs/cgroup/absent/id/memory.limit_in_bytes: device or resource"
                                + " busy; the group uses more than that already"),
                arguments(
                        new Write(GROUP + "/io.max", "8:1 rbps=1", ""),
                        Errno.ENODEV,
                        ErrorKind.INVALID,
                        "cannot write \"8:1 rbps=1\" to /sys/fs/cgroup/absent/id/io.max: no such device; there is no"
                                + " such disk; partitions cannot be limited, whole disks can"),
                arguments(
                        new Write(GROUP + "/cpu.max.burst", "1", ""),
                        Errno.ENOENT,
                        ErrorKind.PRECONDITION,
                        "cannot write \"1\" to /sys/fs/cgroup/absent/id/cpu.max.burst: no such file or directory; this"
                                + " kernel has no such setting; leave it out"),
                arguments(
                        new EnableControllers(GROUP, List.of("memory"), List.of("pids"), ""),
                        Errno.EBUSY,
                        ErrorKind.PRECONDITION,
                        "cannot enable memory in the cgroup /sys/fs/cgroup/absent/id: device or resource busy; it has"
                                + " processes of its own, and such a group cannot limit groups inside it; choose"
                                + " another --cgroup-parent or move them: cat"
                                + " /sys/fs/cgroup/absent/id/cgroup.procs"),
                arguments(
                        new LoadDeviceFilter(GROUP, DeviceFilter.of(List.of(DeviceRule.DENY_ALL)), ""),
                        Errno.EINVAL,
                        ErrorKind.PRECONDITION,
                        "cannot load the device filter of the cgroup /sys/fs/cgroup/absent/id: invalid argument; the"
                                + " kernel needs CONFIG_CGROUP_BPF, and cgroups above may not have a program of their"
                                + " own that forbids others"));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aRefusalIsToldWithItsLikelyCause(CgroupAction action, Errno errno, ErrorKind kind, String message) {
        WhaleboxException failure = CgroupFailure.explain(action, new LinuxException("write", errno, GROUP));
        assertThat(failure).hasMessage(message);
        assertThat(failure.kind()).isEqualTo(kind);
    }
}
