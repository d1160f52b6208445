package io.whalebox.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.whalebox.runtime.PlanCompiler.CgroupStart;
import io.whalebox.runtime.Spec.Console;
import io.whalebox.runtime.Spec.Device;
import io.whalebox.runtime.Spec.Filter;
import io.whalebox.runtime.Spec.IdMapping;
import io.whalebox.runtime.Spec.Isolation;
import io.whalebox.runtime.Spec.Mount;
import io.whalebox.runtime.Spec.Program;
import io.whalebox.runtime.Spec.Protection;
import io.whalebox.runtime.Spec.Rlimit;
import io.whalebox.runtime.Spec.Root;
import io.whalebox.runtime.Spec.Shape;
import io.whalebox.runtime.Spec.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/**
 * Whole plans, as people read them. A change of a plan shows here as a difference to be looked at; run the tests with
 * {@code -Dwhalebox.golden=update} to accept it.
 */
class PlanGoldenTest {
    private static final Path GOLDEN =
            Path.of(System.getProperty("whalebox.root"), "runtime", "src", "test", "resources", "plans");
    private static final KernelFeatures NEW = KernelFeatures.of("6.18.0");
    private static final KernelFeatures OLD = KernelFeatures.of("6.1.0-30-amd64");
    private static final List<Namespace> USUAL =
            List.of(Namespace.MOUNT, Namespace.PID, Namespace.IPC, Namespace.UTS, Namespace.CGROUP, Namespace.NETWORK);

    @Test
    void aContainerOnControlGroupsOfVersion2() throws IOException {
        compare("unified", PlanCompiler.compile(plain(), new CgroupStart.Born(), NEW));
    }

    @Test
    void aContainerOnControlGroupsOfVersion1() throws IOException {
        compare("legacy", PlanCompiler.compile(withControllersMountedTogether(plain()), new CgroupStart.Joins(3), NEW));
    }

    @Test
    void aContainerOnAKernelThatTakesAllLayersAtOnce() throws IOException {
        compare("old-kernel", PlanCompiler.compile(plain(), new CgroupStart.Born(), OLD));
    }

    @Test
    void aRemappedContainerOnAnOlderKernel() throws IOException {
        compare("old-kernel-remapped", PlanCompiler.compile(everything(), new CgroupStart.Born(), OLD));
    }

    @Test
    void aContainerWithEverything() throws IOException {
        compare("everything", PlanCompiler.compile(everything(), new CgroupStart.Born(), NEW));
    }

    @Test
    void aMonitoredContainer() throws IOException {
        Monitored monitored = new Monitored(new Monitored.Log.Files(10 << 20, 3), true);
        compare("monitored", PlanCompiler.compile(plain(), new CgroupStart.Joins(3), NEW, monitored));
    }

    @Test
    void aMonitoredContainerWithATerminal() throws IOException {
        Monitored monitored = new Monitored(new Monitored.Log.None(), false);
        compare("monitored-terminal", PlanCompiler.compile(everything(), new CgroupStart.Born(), NEW, monitored));
    }

    @Test
    void aFurtherProgramOfAContainer() throws IOException {
        compare("exec", exec(plain(), new CgroupStart.Joins(3), new Monitored(new Monitored.Log.None(), true)));
    }

    @Test
    void aFurtherProgramWithATerminalOfARemappedContainer() throws IOException {
        compare(
                "exec-terminal",
                exec(everything(), new CgroupStart.Born(), new Monitored(new Monitored.Log.None(), false)));
    }

    private static Plan exec(Spec spec, CgroupStart cgroup, Monitored monitored) {
        return ExecCompiler.compile(
                spec.program(), spec.isolation(), spec.protection().seccomp(), cgroup, monitored);
    }

    private static Spec plain() {
        return new Spec(
                new Program(
                        List.of("sh", "-c", "echo \"hello\""),
                        List.of("PATH=/usr/bin:/bin", "HOME=/root"),
                        "/",
                        new User(0, 0, List.of(0, 10)),
                        CapabilitySet.DEFAULT,
                        List.of(),
                        false,
                        OptionalInt.empty(),
                        Optional.empty(),
                        false),
                new Root.Overlay(List.of("/layers/top", "/layers/base"), "/containers/ID", false, false),
                Optional.of("box"),
                Optional.empty(),
                List.of(
                        new Mount("/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev"), Shape.DIRECTORY),
                        new Mount("/dev", "tmpfs", "tmpfs", List.of("nosuid", "mode=755"), Shape.DIRECTORY)),
                new Isolation(USUAL, List.of(), List.of()),
                new Protection(
                        Optional.of(Filter.of(new byte[16], 4)),
                        List.of(new Device('c', "/dev/null", 1, 3, 0666, 0, 0)),
                        List.of("/proc/kcore"),
                        List.of("/proc/sys"),
                        Map.of(),
                        Optional.empty()));
    }

    private static Spec withControllersMountedTogether(Spec spec) {
        List<Mount> mounts = new ArrayList<>(spec.mounts());
        mounts.add(new Mount("/sys/fs/cgroup", "tmpfs", "tmpfs", List.of("mode=755", "ro"), Shape.DIRECTORY));
        mounts.add(new Mount(
                "/sys/fs/cgroup/cpu,cpuacct",
                "cgroup",
                "cgroup",
                List.of("nosuid", "ro", "cpu", "cpuacct"),
                Shape.DIRECTORY));
        return new Spec(
                spec.program(),
                spec.root(),
                spec.hostname(),
                spec.domainname(),
                mounts,
                spec.isolation(),
                spec.protection());
    }

    private static Spec everything() {
        return new Spec(
                new Program(
                        List.of("/usr/bin/top"),
                        List.of("TERM=xterm"),
                        "/srv/work",
                        new User(1000, 1000, List.of(1000)),
                        CapabilitySet.NONE,
                        List.of(new Rlimit(Rlimit.Resource.NOFILE, 1024, -1)),
                        true,
                        OptionalInt.of(500),
                        Optional.of(new Console(24, 80)),
                        true),
                new Root.Overlay(List.of("/layers/base"), "/containers/ID", true, true),
                Optional.of("box"),
                Optional.of("example"),
                List.of(
                        new Mount("/proc", "proc", "proc", List.of("nosuid"), Shape.DIRECTORY),
                        new Mount("/dev", "tmpfs", "tmpfs", List.of("mode=755", "ro"), Shape.DIRECTORY),
                        new Mount("/dev/pts", "devpts", "devpts", List.of("newinstance"), Shape.DIRECTORY),
                        new Mount(
                                "/srv/data", "bind", "/home/data", List.of("rbind", "rro", "rslave"), Shape.DIRECTORY),
                        new Mount("/etc/hosts", "bind", "/containers/ID/hosts", List.of("bind"), Shape.FILE)),
                new Isolation(
                        List.of(
                                Namespace.MOUNT,
                                Namespace.PID,
                                Namespace.IPC,
                                Namespace.UTS,
                                Namespace.CGROUP,
                                Namespace.NETWORK,
                                Namespace.USER),
                        List.of(new IdMapping(0, 100000, 65536)),
                        List.of(new IdMapping(0, 100000, 65536))),
                new Protection(
                        Optional.of(Filter.of(new byte[16], 4)),
                        List.of(new Device('c', "/dev/null", 1, 3, 0666, 0, 0)),
                        List.of("/proc/kcore"),
                        List.of("/proc/sys"),
                        Map.of("net.ipv4.ip_forward", "1"),
                        Optional.of("rshared")));
    }

    private static void compare(String name, Plan plan) throws IOException {
        Path file = GOLDEN.resolve(name + ".txt");
        String printed = PlanPrinter.print(plan);
        if (System.getProperty("whalebox.golden", "").equals("update")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, printed);
        }
        assertThat(printed).isEqualTo(Files.readString(file));
    }
}
