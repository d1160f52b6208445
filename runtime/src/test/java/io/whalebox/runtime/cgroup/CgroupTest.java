package io.whalebox.runtime.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whalebox.linux.ControlFiles;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Fd;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What groups do on this machine, whichever version it has. */
@Tag("cgroup2")
class CgroupTest extends LiveCgroups {
    @Test
    void limitsReadBack() {
        CheckedResources checked = cgroups.check(Resources.builder()
                .memoryLimit(100 * MIB)
                .memoryReservation(50 * MIB)
                .cpuShares(512)
                .nanoCpus(500_000_000)
                .cpusetCpus("0")
                .cpusetMems("0")
                .pidsLimit(64)
                .build());
        Cgroup group = create("limits", checked.resources());
        assertThat(read(group, "memory.max", "memory.limit_in_bytes")).isEqualTo("104857600");
        assertThat(read(group, "memory.low", "memory.soft_limit_in_bytes")).isEqualTo("52428800");
        assertThat(read(group, "cpu.weight", "cpu.shares")).isEqualTo(unified() ? "59" : "512");
        assertThat(read(group, "cpu.max", "cpu.cfs_quota_us")).isEqualTo(unified() ? "50000 100000" : "50000");
        assertThat(read(group, "cpuset.cpus", "cpuset.cpus")).isEqualTo("0");
        assertThat(read(group, "cpuset.mems", "cpuset.mems")).isEqualTo("0");
        assertThat(read(group, "pids.max", "pids.max")).isEqualTo("64");
        if (checked.resources().memory().swap().isPresent()) {
            assertThat(read(group, "memory.swap.max", "memory.memsw.limit_in_bytes"))
                    .isEqualTo(unified() ? "104857600" : "209715200");
        }
        assertThat(group.stats().memoryLimitBytes()).hasValue(100 * MIB);
        group.remove();
    }

    @Test
    void diskWeightsReadBackOrAreWarnedOf() {
        CheckedResources checked =
                cgroups.check(Resources.builder().blockIoWeight(500).build());
        Cgroup group = create("weights", checked.resources());
        if (checked.warnings().isEmpty()) {
            boolean bfq = group.directories().stream()
                    .anyMatch(directory -> ControlFiles.exists(directory + "/io.bfq.weight"));
            assertThat(read(group, bfq ? "io.bfq.weight" : "io.weight", "blkio.bfq.weight"))
                    .endsWith(unified() && !bfq ? "4950" : "500");
        } else {
            assertThat(checked.warnings())
                    .containsExactly("Your kernel does not support Block I/O weight or the cgroup is not mounted."
                            + " Weight discarded.");
        }
        group.remove();
    }

    @Test
    void limitsChangeInBothDirections() {
        Cgroup group = create(
                "update",
                Resources.builder().memoryLimit(64 * MIB).memorySwap(64 * MIB).build());
        group.update(
                Resources.builder().memoryLimit(256 * MIB).memorySwap(256 * MIB).build());
        assertThat(read(group, "memory.max", "memory.limit_in_bytes")).isEqualTo(Long.toString(256 * MIB));
        group.update(
                Resources.builder().memoryLimit(32 * MIB).memorySwap(32 * MIB).build());
        assertThat(read(group, "memory.max", "memory.limit_in_bytes")).isEqualTo(Long.toString(32 * MIB));
        group.update(Resources.builder().memoryLimit(-1).pidsLimit(7).build());
        assertThat(group.stats().memoryLimitBytes()).isEmpty();
        assertThat(read(group, "pids.max", "pids.max")).isEqualTo("7");
        group.remove();
    }

    @Test
    void onVersionTwoAParentWithProcessesOfItsOwnIsRefusedWithTheReason() throws Exception {
        assumeTrue(unified(), "version 1 lets groups have processes and groups inside");
        Cgroup busy = create("busy", Resources.NONE);
        CgroupPlan inside = cgroups.plan(
                busy.path().child("inside"),
                Resources.builder().memoryLimit(64 * MIB).build());
        try (ShellProcess shell = ShellProcess.start(busy, "echo in; sleep 1000")) {
            assertThat(shell.line()).isEqualTo("in");
            assertThatThrownBy(() -> cgroups.create(inside))
                    .isInstanceOfSatisfying(
                            WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.PRECONDITION))
                    .hasMessageContaining("it has processes of its own");
            busy.kill();
        }
        busy.remove();
    }

    @Test
    void afterAFailureHalfWayNothingIsLeft() {
        Resources impossible =
                Resources.builder().pidsLimit(10).cpusetCpus("0-4095").build();
        assertThatThrownBy(() -> create("half", impossible))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isIn(ErrorKind.INVALID, ErrorKind.DENIED))
                .hasMessageContaining("cpuset.cpus");
        assertThat(cgroups.find(PARENT)).isEmpty();
    }

    @Test
    void aNameThatIsTakenIsAConflictAndTheFirstGroupStays() {
        Cgroup first = create("taken", Resources.NONE);
        assertThatThrownBy(() -> create("taken", Resources.NONE))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.CONFLICT))
                .hasMessageContaining("take another name");
        assertThat(first.directories())
                .allSatisfy(directory -> assertThat(Path.of(directory)).isDirectory());
        first.remove();
    }

    @Test
    void memoryBeyondTheLimitKillsAndTheGroupSaysSo() throws Exception {
        Cgroup group = create(
                "memory",
                cgroups.check(Resources.builder()
                                .memoryLimit(16 * MIB)
                                .memorySwap(16 * MIB)
                                .build())
                        .resources());
        assertThat(group.oomKilled()).isFalse();
        // tail keeps all of a line that does not end.
        try (ShellProcess shell = ShellProcess.start(group, "tail /dev/zero; echo status $?")) {
            assertThat(shell.output()).contains("status 137");
        }
        assertThat(group.oomKilled()).isTrue();
        assertThat(group.stats().memoryPeakBytes().orElse(16 * MIB)).isBetween(8 * MIB, 16 * MIB);
        group.remove();
    }

    @Test
    void useIsCounted() throws Exception {
        Cgroup group = create("stats", Resources.NONE);
        String work = "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done; echo done; read end";
        try (ShellProcess shell = ShellProcess.start(group, work)) {
            assertThat(shell.line()).isEqualTo("done");
            CgroupStats stats = group.stats();
            assertThat(stats.cpu().orElseThrow()).isPositive();
            assertThat(stats.pids()).hasValue(1);
            assertThat(stats.memoryBytes().orElseThrow()).isPositive();
            group.kill();
            shell.exitStatus();
        }
        group.remove();
    }

    @Test
    void aGroupIsFoundAgainByItsPathAlone() {
        create("one", Resources.NONE);
        create("two", Resources.NONE);
        Cgroups afterRestart = Cgroups.ofThisMachine();
        assertThat(afterRestart.list(PARENT)).containsExactly("one", "two");
        assertThat(afterRestart.find(PARENT.child("three"))).isEmpty();
        afterRestart.find(PARENT.child("one")).orElseThrow().remove();
        afterRestart.find(PARENT.child("two")).orElseThrow().remove();
        assertThat(afterRestart.list(PARENT)).isEmpty();
    }

    @Test
    void parentsAreMadeAsDeepAsAskedAndAgainWhenTheyAreGone() {
        CgroupPath deep = PARENT.child("x").child("y").child("id");
        Resources limit = Resources.builder().pidsLimit(5).memoryLimit(64 * MIB).build();
        for (int time = 0; time < 2; time++) {
            Cgroup group = cgroups.create(cgroups.plan(deep, limit));
            assertThat(read(group, "pids.max", "pids.max")).isEqualTo("5");
            group.remove();
            cgroups.removeIfEmpty(PARENT.child("x").child("y"));
            assertThat(cgroups.list(PARENT.child("x"))).isEmpty();
        }
        cgroups.removeEmptyParents();
        assertThat(cgroups.find(PARENT)).isEmpty();
    }

    @Test
    void aProcessEntersThroughTheDoor() throws Exception {
        Cgroup group = create("door", Resources.NONE);
        Process process = new ProcessBuilder("sleep", "1000").start();
        try (CgroupEntry entry = group.entry()) {
            switch (entry) {
                case CgroupEntry.Joining joining -> {
                    // Its number has the same effect as the 0 that it would write itself.
                    for (Fd list : joining.processLists()) {
                        list.write(Long.toString(process.pid()).getBytes(StandardCharsets.UTF_8));
                    }
                    assertThat(joining.processLists()).hasSameSizeAs(group.directories());
                    String memberships = Files.readString(Path.of("/proc/" + process.pid() + "/cgroup"));
                    assertThat(memberships
                                    .lines()
                                    .filter(line -> line.endsWith(group.path().toString())))
                            .hasSameSizeAs(group.directories());
                }
                case CgroupEntry.Birth birth ->
                    assertThat(Path.of("/proc/self/fd/" + birth.group().number())
                                    .toRealPath())
                            .hasToString(group.directories().getFirst());
            }
        } finally {
            group.kill();
            process.destroyForcibly().waitFor();
        }
        group.remove();
    }

    @Test
    void onlyAllowedDevicesCanBeOpened() throws Exception {
        Cgroup free = create(
                "all-devices",
                Resources.builder().devices(List.of(DeviceRule.ALLOW_ALL)).build());
        List<DeviceRule> nullAndZero = List.of(
                DeviceRule.DENY_ALL,
                new DeviceRule(true, "c", OptionalLong.empty(), OptionalLong.empty(), "m"),
                DeviceRule.allow("c", 1, 3, "rwm"),
                DeviceRule.allow("c", 1, 5, "rwm"));
        Cgroup bound =
                create("few-devices", Resources.builder().devices(nullAndZero).build());
        Path directory = Files.createTempDirectory("whalebox-devices");
        Map<String, String> nodes = Map.of("zero", "c 1 5", "full", "c 1 7");
        try {
            for (Map.Entry<String, String> node : nodes.entrySet()) {
                String file = directory + "/" + node.getKey();
                String script = "mknod " + file + "-$$ " + node.getValue() + " && head -c 1 " + file
                        + "-$$ > /dev/null && echo opened";
                try (ShellProcess inFree = ShellProcess.start(free, script);
                        ShellProcess inBound = ShellProcess.start(bound, script)) {
                    assumeTrue(inFree.output().contains("opened"), "device nodes cannot be used here at all");
                    assertThat(inBound.output())
                            .contains(node.getKey().equals("zero") ? "opened" : "Operation not permitted");
                }
            }
        } finally {
            try (var made = Files.list(directory)) {
                for (Path node : made.toList()) {
                    Files.delete(node);
                }
            }
            Files.delete(directory);
        }
        free.remove();
        bound.remove();
    }

    @Test
    void whatDoesNotExistIsRefusedBeforeAnythingIsMade() throws IOException {
        assertThatThrownBy(() ->
                        cgroups.check(Resources.builder().cpusetCpus("0-4095").build()))
                .hasMessageStartingWith("Requested CPUs are not available - requested 0-4095, available: 0");
        assertThatThrownBy(() -> cgroups.checkCpus(8192L * 1_000_000_000))
                .hasMessageStartingWith("range of CPUs is from 0.01 to ");
        assertThat(cgroups.find(PARENT)).isEmpty();
    }
}
