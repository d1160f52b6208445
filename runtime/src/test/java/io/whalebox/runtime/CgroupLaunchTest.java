package io.whalebox.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whalebox.linux.Fd;
import io.whalebox.linux.OpenFlags;
import io.whalebox.linux.Processes;
import io.whalebox.runtime.PlanCompiler.CgroupStart;
import io.whalebox.runtime.Spec.Isolation;
import io.whalebox.runtime.Spec.Mount;
import io.whalebox.runtime.Spec.Program;
import io.whalebox.runtime.Spec.Protection;
import io.whalebox.runtime.Spec.Root;
import io.whalebox.runtime.Spec.Shape;
import io.whalebox.runtime.Spec.User;
import io.whalebox.runtime.cgroup.Cgroup;
import io.whalebox.runtime.cgroup.CgroupEntry;
import io.whalebox.runtime.cgroup.CgroupPath;
import io.whalebox.runtime.cgroup.Cgroups;
import io.whalebox.runtime.cgroup.DeviceRule;
import io.whalebox.runtime.cgroup.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits hold from the first instruction on, since the container is in its group before it has run one. */
@Tag("cgroup2")
class CgroupLaunchTest {
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final CgroupPath PARENT =
            CgroupPath.of("/whalebox-launch-" + ProcessHandle.current().pid());

    @TempDir
    Path directory;

    private Cgroups cgroups;
    private Cgroup group;

    @BeforeEach
    void makeGroupAndRoot() throws IOException {
        assumeTrue(Processes.effectiveUser() == 0, "making control groups needs root");
        assumeTrue(Files.exists(BUSYBOX), "needs busybox-static");
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Files.createDirectories(directory.resolve("proc"));
        Files.copy(BUSYBOX, bin.resolve("busybox"));
        Files.createLink(bin.resolve("sh"), bin.resolve("busybox"));
        cgroups = Cgroups.ofThisMachine();
        Resources resources = Resources.builder()
                .pidsLimit(4)
                .memoryLimit(64 << 20)
                .devices(DeviceRule.CONTAINER_DEFAULTS)
                .build();
        group = cgroups.create(cgroups.plan(PARENT.child("box"), resources));
    }

    @AfterEach
    void removeGroup() {
        if (group != null) {
            group.kill();
            group.remove();
            cgroups.removeEmptyParents();
            assertThat(cgroups.find(PARENT)).isEmpty();
        }
    }

    @Test
    void theContainerIsInEveryGroupThatWasMadeForIt() throws IOException {
        assertThat(run(List.of(), "busybox cat /proc/self/cgroup")).isZero();

        assertThat(output().lines().filter(line -> line.endsWith(":" + group.path())))
                .hasSameSizeAs(group.directories());
    }

    @Test
    void aCgroupNamespaceHasThatGroupAsItsRoot() throws IOException {
        assertThat(run(List.of(Namespace.CGROUP), "busybox cat /proc/self/cgroup"))
                .isZero();

        assertThat(output().lines().filter(line -> line.endsWith(":/")))
                .hasSizeGreaterThanOrEqualTo(group.directories().size());
        assertThat(output()).doesNotContain(group.path().toString());
    }

    @Test
    void aProgramThatForksAtOnceMeetsItsLimit() throws IOException {
        int status = run(List.of(), "for i in 1 2 3 4 5 6 7 8; do busybox sleep 1000 & done; echo all");

        assertThat(status).isNotZero();
        assertThat(output()).contains("fork").doesNotContain("all");
    }

    private int run(List<Namespace> more, String script) throws IOException {
        List<Namespace> namespaces =
                new ArrayList<>(List.of(Namespace.MOUNT, Namespace.PID, Namespace.IPC, Namespace.UTS));
        namespaces.addAll(more);
        int create = OpenFlags.O_CREAT | OpenFlags.O_TRUNC | OpenFlags.O_WRONLY;
        try (CgroupEntry entry = group.entry();
                Fd input = Fd.open("/dev/null", OpenFlags.O_RDONLY);
                Fd output = Fd.open(directory.resolve("output").toString(), create, 0600)) {
            CgroupStart start = switch (entry) {
                case CgroupEntry.Birth _ -> new CgroupStart.Born();
                case CgroupEntry.Joining joining ->
                    new CgroupStart.Joins(joining.processLists().size());
            };
            Plan plan = PlanCompiler.compile(
                    spec(namespaces, script), start, KernelFeatures.of(System.getProperty("os.version")));
            return Launcher.launch(EncodedPlan.of(plan), List.of(input, output, output), entry.descriptors())
                    .await()
                    .exitStatus();
        }
    }

    private String output() throws IOException {
        return Files.readString(directory.resolve("output"));
    }

    private Spec spec(List<Namespace> namespaces, String script) {
        return new Spec(
                new Program(
                        List.of("sh", "-c", script),
                        List.of("PATH=/bin"),
                        "/",
                        new User(0, 0, List.of(0)),
                        CapabilitySet.DEFAULT,
                        List.of(),
                        false,
                        OptionalInt.empty(),
                        Optional.empty(),
                        false),
                new Root.Directory(directory.toString(), false),
                Optional.of("box"),
                Optional.empty(),
                List.of(new Mount("/proc", "proc", "proc", List.of("nosuid", "noexec", "nodev"), Shape.DIRECTORY)),
                new Isolation(namespaces, List.of(), List.of()),
                new Protection(Optional.empty(), List.of(), List.of(), List.of(), Map.of(), Optional.empty()));
    }
}
