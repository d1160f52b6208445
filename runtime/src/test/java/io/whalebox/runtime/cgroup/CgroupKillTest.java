package io.whalebox.runtime.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whalebox.runtime.cgroup.CgroupHierarchy.Mode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A group ends with all that is in it. */
@Tag("cgroup2")
class CgroupKillTest extends LiveCgroups {
    @Test
    void aShellThatForksWithoutEndIsKilledWithAllItsChildren() throws Exception {
        Cgroup group = create("forks", Resources.builder().pidsLimit(200).build());
        String forever = "while :; do (while :; do sleep 1000 & echo born; sleep 0.01; done) & sleep 0.1; done";
        try (ShellProcess shell = ShellProcess.start(group, forever)) {
            for (int born = 0; born < 30; born++) {
                assertThat(shell.line()).isEqualTo("born");
            }
            assertThat(group.isPopulated()).isTrue();
            assertThat(group.processes()).hasSizeGreaterThan(10).contains(shell.pid());
            group.kill();
            assertThat(group.isPopulated()).isFalse();
            assertThat(group.processes()).isEmpty();
            assertThat(shell.exitStatus()).isEqualTo(137);
        }
        group.remove();
        assertThat(group.directories())
                .allSatisfy(directory -> assertThat(Path.of(directory)).doesNotExist());
    }

    /** A machine with version 1 alone has no cgroup.kill, and may not even have the freezer. */
    @ParameterizedTest
    @ValueSource(strings = {"unified", "unified and freezer"})
    void onVersionOneAloneAForkingShellIsKilledToo(String missing) throws Exception {
        assumeTrue(cgroups.hierarchy().mode() != Mode.UNIFIED, "this machine has version 2 alone");
        CgroupHierarchy all = cgroups.hierarchy();
        List<CgroupHierarchy.Mount> rest = all.mounts().stream()
                .filter(mount -> !mount.unified())
                .filter(mount ->
                        !missing.contains("freezer") || !mount.controllers().contains("freezer"))
                .toList();
        CgroupHierarchy hierarchy = new CgroupHierarchy(Mode.LEGACY, rest, all.self());
        Cgroups legacy = new Cgroups(hierarchy, CgroupFeatures.probe(hierarchy));
        Cgroup group = legacy.create(legacy.plan(
                PARENT.child("legacy"), Resources.builder().pidsLimit(200).build()));
        String forever = "while :; do sleep 1000 & echo born; sleep 0.01; done";
        try (ShellProcess shell = ShellProcess.start(group, forever)) {
            for (int born = 0; born < 20; born++) {
                assertThat(shell.line()).isEqualTo("born");
            }
            assertThat(group.isPopulated()).isTrue();
            group.kill();
            assertThat(group.isPopulated()).isFalse();
            assertThat(shell.exitStatus()).isEqualTo(137);
        }
        group.remove();
        legacy.removeEmptyParents();
        assertThat(legacy.find(PARENT)).isEmpty();
    }

    @Test
    void groupsMadeInsideAreKilledAndRemovedWithIt() throws Exception {
        Cgroup group = create("nested", Resources.NONE);
        String inside = group.directories().stream().map(d -> d + "/inner/most").collect(Collectors.joining(" "));
        String cpuset = group.directories().stream()
                .filter(d -> d.contains("cpuset"))
                .map(d -> "for g in " + d + "/inner " + d + "/inner/most; do cat " + d
                        + "/cpuset.cpus > $g/cpuset.cpus;" + " cat " + d + "/cpuset.mems > $g/cpuset.mems; done; ")
                .collect(Collectors.joining());
        String script = "mkdir -p " + inside + "; " + (unified() ? "" : cpuset) + "for g in " + inside
                + "; do echo $$ > $g/cgroup.procs; done; echo in; sleep 1000 & sleep 1000";
        try (ShellProcess shell = ShellProcess.start(group, script)) {
            assertThat(shell.line()).isEqualTo("in");
            assertThat(group.processes()).contains(shell.pid());
            assertThat(group.isPopulated()).isTrue();
            group.kill();
            shell.exitStatus();
        }
        group.remove();
        assertThat(cgroups.find(group.path())).isEmpty();
        group.remove();
        group.kill();
        assertThat(group.isPopulated()).isFalse();
    }

    @Test
    void frozenProcessesStandStillAndCanBeKilled() throws Exception {
        Cgroup group = create("freezer", Resources.NONE);
        try (ShellProcess shell = ShellProcess.start(group, "echo on; while read line; do echo $line; done")) {
            assertThat(shell.line()).isEqualTo("on");
            group.freeze();
            assertThat(read(group, "cgroup.events", "freezer.state")).contains(unified() ? "frozen 1" : "FROZEN");
            group.thaw();
            assertThat(read(group, "cgroup.freeze", "freezer.state")).isEqualTo(unified() ? "0" : "THAWED");
            group.freeze();
            group.kill();
            assertThat(shell.exitStatus()).isEqualTo(137);
        }
        group.remove();
    }
}
