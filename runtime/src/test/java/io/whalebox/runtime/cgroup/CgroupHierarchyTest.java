package io.whalebox.runtime.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.cgroup.CgroupHierarchy.Mode;
import io.whalebox.runtime.cgroup.CgroupHierarchy.Mount;
import java.util.List;
import org.junit.jupiter.api.Test;

class CgroupHierarchyTest {
    @Test
    void versionTwoAloneIsUnified() {
        assertThat(Machines.UNIFIED.mode()).isEqualTo(Mode.UNIFIED);
        assertThat(Machines.UNIFIED.unified()).contains(new Mount(true, List.of(), "/sys/fs/cgroup", "/"));
        assertThat(Machines.UNIFIED.self()).containsEntry("", "/user.slice/user-0.slice/session-1.scope");
    }

    @Test
    void versionTwoBesideControllersOnVersionOneIsHybrid() {
        assertThat(Machines.HYBRID.mode()).isEqualTo(Mode.HYBRID);
        assertThat(Machines.HYBRID.mounts())
                .hasSize(9)
                .last()
                .extracting(Mount::unified)
                .isEqualTo(true);
        assertThat(Machines.HYBRID.legacyControllers())
                .containsExactly(
                        "name=systemd", "cpu", "cpuacct", "memory", "devices", "freezer", "cpuset", "blkio", "pids");
    }

    @Test
    void controllersThatAreMountedTogetherAreOneHierarchy() {
        assertThat(Machines.HYBRID.legacy("cpu"))
                .isEqualTo(Machines.HYBRID.legacy("cpuacct"))
                .contains(new Mount(false, List.of("cpu", "cpuacct"), "/sys/fs/cgroup/cpu,cpuacct", "/"));
    }

    @Test
    void versionOneAloneIsLegacyWhateverItsPlaces() {
        assertThat(Machines.LEGACY.mode()).isEqualTo(Mode.LEGACY);
        assertThat(Machines.LEGACY.legacy("memory"))
                .contains(new Mount(false, List.of("memory"), "/control groups/memory", "/"));
        assertThat(Machines.LEGACY.legacy("pids")).isEmpty();
        assertThat(Machines.LEGACY.self()).containsEntry("cpu", "/batch:night");
    }

    @Test
    void aPartOfAHierarchyIsUsedFromWhereItIsMounted() {
        assertThat(Machines.NESTED_LEGACY.legacy("memory").orElseThrow().root()).isEqualTo("/docker/0123abcd");
        CgroupPlan plan = LegacyPlanner.plan(
                Machines.NESTED_LEGACY,
                Machines.legacy(Machines.NESTED_LEGACY),
                CgroupPath.of("/whalebox/id"),
                Resources.NONE);
        assertThat(plan.group().getFirst().command()).isEqualTo("mkdir /sys/fs/cgroup/memory/whalebox/id");
    }

    @Test
    void aSecondMountOfTheSameHierarchyIsNotASecondHierarchy() {
        CgroupHierarchy hierarchy = CgroupHierarchy.parse("""
                29 22 0:25 / /sys/fs/cgroup rw shared:9 - cgroup2 cgroup2 rw
                90 22 0:25 / /var/lib/machines/a/sys/fs/cgroup rw - cgroup2 cgroup2 rw
                """, "0::/\n");
        assertThat(hierarchy.mounts()).hasSize(1);
        assertThat(hierarchy.unified().orElseThrow().mountPoint()).isEqualTo("/sys/fs/cgroup");
    }

    @Test
    void withoutAnyTheRemedyIsSaid() {
        assertThatThrownBy(() -> CgroupHierarchy.parse("28 1 254:1 / / rw - ext4 /dev/vda1 rw\n", ""))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.PRECONDITION))
                .hasMessageContaining("mount -t cgroup2 cgroup2 /sys/fs/cgroup");
    }

    @Test
    void thisMachineHasOneOfTheThree() {
        assertThat(CgroupHierarchy.detect().mounts()).isNotEmpty();
    }
}
