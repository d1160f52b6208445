package io.whalebox.runtime.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.cgroup.CgroupAction.LoadDeviceFilter;
import io.whalebox.runtime.cgroup.CgroupAction.Write;
import io.whalebox.runtime.cgroup.Resources.ThrottleDevice;
import io.whalebox.runtime.cgroup.Resources.WeightDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whole plans, as a person reads them, against files that were read and found right once. After a wanted change, run
 * with {@code -Dwhalebox.golden=update} and read the difference.
 */
class CgroupPlanTest {
    private static final CgroupPath PATH = CgroupPath.of("/whalebox/0123abcd");

    private static final Resources EVERYTHING = Resources.builder()
            .devices(List.of(
                    DeviceRule.DENY_ALL,
                    new DeviceRule(true, "a", OptionalLong.empty(), OptionalLong.empty(), "m"),
                    DeviceRule.allow("c", 1, 3, "rwm")))
            .memoryLimit(100 << 20)
            .memoryReservation(50 << 20)
            .memorySwap(150 << 20)
            .cpuShares(512)
            .nanoCpus(1_500_000_000)
            .cpuBurst(10_000)
            .cpusetCpus("0-1")
            .cpusetMems("0")
            .pidsLimit(64)
            .blockIoWeight(500)
            .weightDevice(new WeightDevice(254, 0, 100))
            .throttleReadBps(new ThrottleDevice(254, 0, 1 << 20))
            .throttleWriteBps(new ThrottleDevice(254, 0, 2 << 20))
            .throttleReadIops(new ThrottleDevice(254, 0, 100))
            .throttleWriteIops(new ThrottleDevice(254, 0, 200))
            .build();

    enum Case {
        UNIFIED {
            @Override
            CgroupPlan plan() {
                return UnifiedPlanner.plan(Machines.UNIFIED, Machines.unified(), PATH, EVERYTHING);
            }
        },
        UNIFIED_WITHOUT_LIMITS {
            @Override
            CgroupPlan plan() {
                return UnifiedPlanner.plan(Machines.UNIFIED, Machines.unified(), PATH, Resources.NONE);
            }
        },
        UNIFIED_NESTED {
            @Override
            CgroupPlan plan() {
                Resources resources = Resources.builder()
                        .memoryLimit(100 << 20)
                        .unified("memory.high", "90M")
                        .build();
                return UnifiedPlanner.plan(
                        Machines.NESTED, Machines.crowded(), CgroupPath.of("/x/y/0123abcd"), resources);
            }
        },
        HYBRID {
            @Override
            CgroupPlan plan() {
                Resources resources = EVERYTHING.toBuilder()
                        .memorySwappiness(10)
                        .disableOomKiller(true)
                        .build();
                return LegacyPlanner.plan(Machines.HYBRID, Machines.legacy(Machines.HYBRID), PATH, resources);
            }
        },
        LEGACY_WITHOUT_LIMITS {
            @Override
            CgroupPlan plan() {
                return LegacyPlanner.plan(Machines.LEGACY, Machines.legacy(Machines.LEGACY), PATH, Resources.NONE);
            }
        };

        abstract CgroupPlan plan();

        Path file() {
            return Path.of(
                    System.getProperty("whalebox.root", ".."),
                    "runtime/src/test/resources/io/whalebox/runtime/cgroup/plan-"
                            + name().toLowerCase(Locale.ROOT).replace('_', '-') + ".txt");
        }
    }

    @ParameterizedTest
    @EnumSource
    void thePlanIsTheOneThatWasFoundRight(Case machine) throws IOException {
        String plan = print(machine.plan());
        if (System.getProperty("whalebox.golden", "").equals("update")) {
            Files.createDirectories(machine.file().getParent());
            Files.writeString(machine.file(), plan);
        }
        assertThat(plan).isEqualTo(Files.readString(machine.file()));
    }

    private static String print(CgroupPlan plan) {
        List<String> lines = new ArrayList<>();
        for (CgroupAction action : plan.actions()) {
            lines.add(action.command() + "  # " + action.reason());
            if (action instanceof LoadDeviceFilter load) {
                load.filter().listing().forEach(line -> lines.add("    " + line));
            }
        }
        return String.join("\n", lines) + "\n";
    }

    /** The kernel keeps memory at or below memory and swap at every moment. */
    @Test
    void onVersionOneWhatGrowsGrowsFirstInMemoryAndSwap() {
        Resources resources =
                Resources.builder().memoryLimit(200 << 20).memorySwap(300 << 20).build();
        assertThat(changedFiles(resources, 100 << 20))
                .containsExactly("memory.memsw.limit_in_bytes", "memory.limit_in_bytes");
        assertThat(changedFiles(resources, 400 << 20))
                .containsExactly("memory.limit_in_bytes", "memory.memsw.limit_in_bytes");
        Resources unlimited = Resources.builder().memoryLimit(-1).build();
        assertThat(changedFiles(unlimited, 100 << 20))
                .containsExactly("memory.memsw.limit_in_bytes", "memory.limit_in_bytes");
    }

    private static List<String> changedFiles(Resources resources, long present) {
        return LegacyPlanner.limits(
                        Machines.HYBRID, Machines.legacy(Machines.HYBRID), PATH, resources, OptionalLong.of(present))
                .stream()
                .map(action -> Path.of(((Write) action).file()).getFileName().toString())
                .toList();
    }

    @Test
    void onVersionOneWithoutTheDevicesControllerTheProgramGuardsTheUnifiedGroup() {
        CgroupHierarchy hierarchy = CgroupHierarchy.parse("""
                31 30 0:27 / /sys/fs/cgroup/unified rw shared:10 - cgroup2 cgroup2 rw
                36 30 0:32 / /sys/fs/cgroup/memory rw shared:16 - cgroup cgroup rw,memory
                """, "1:memory:/\n0::/\n");
        Resources resources =
                Resources.builder().devices(DeviceRule.CONTAINER_DEFAULTS).build();
        CgroupPlan plan = LegacyPlanner.plan(hierarchy, Machines.legacy(hierarchy), PATH, resources);
        assertThat(plan.group().getLast())
                .isInstanceOfSatisfying(
                        LoadDeviceFilter.class,
                        load -> assertThat(load.directory()).isEqualTo("/sys/fs/cgroup/unified/whalebox/0123abcd"));
    }

    @Test
    void aLimitThatTheMachineCannotKeepIsRefusedBeforeAnythingIsMade() {
        Resources pids = Resources.builder().pidsLimit(10).build();
        assertThatThrownBy(() -> LegacyPlanner.plan(Machines.LEGACY, Machines.legacy(Machines.LEGACY), PATH, pids))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.PRECONDITION))
                .hasMessage("cannot set pids.max: the cgroup controller pids is not mounted; mount it with: mount -t"
                        + " cgroup -o pids cgroup /sys/fs/cgroup/pids");
        assertThatThrownBy(() -> UnifiedPlanner.plan(Machines.UNIFIED, Machines.nothing(), PATH, pids))
                .hasMessageStartingWith("cannot set pids.max: this machine's cgroups do not have the controller pids");
        Resources high = Resources.builder().unified("memory.high", "1G").build();
        assertThatThrownBy(() -> LegacyPlanner.plan(Machines.HYBRID, Machines.legacy(Machines.HYBRID), PATH, high))
                .hasMessageContaining("need cgroup v2");
        Resources swappy = Resources.builder().memorySwappiness(10).build();
        assertThatThrownBy(() -> UnifiedPlanner.plan(Machines.UNIFIED, Machines.unified(), PATH, swappy))
                .hasMessageContaining("cgroup v2 has no such settings");
    }

    @Test
    void aUnifiedSettingCannotNameAFileElsewhere() {
        Resources escape =
                Resources.builder().unified("../../memory.max", "max").build();
        assertThatThrownBy(() -> UnifiedPlanner.plan(Machines.UNIFIED, Machines.unified(), PATH, escape))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID));
    }
}
