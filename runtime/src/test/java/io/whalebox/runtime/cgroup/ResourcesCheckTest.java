package io.whalebox.runtime.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.cgroup.Resources.ThrottleDevice;
import io.whalebox.runtime.cgroup.Resources.WeightDevice;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Docker's rules in Docker's words. */
class ResourcesCheckTest {
    private static final long MIB = 1 << 20;

    static Stream<Arguments> refusals() {
        return Stream.of(
                arguments(limits().memoryLimit(6 * MIB - 1), "Minimum memory limit allowed is 6MB"),
                arguments(limits().memoryLimit(-1), "Minimum memory limit allowed is 6MB"),
                arguments(
                        limits().memoryLimit(100 * MIB).memorySwap(99 * MIB),
                        "Minimum memoryswap limit should be larger than memory limit, see usage"),
                arguments(
                        limits().memorySwap(100 * MIB),
                        "You should always set the Memory limit when using Memoryswap limit, see usage"),
                arguments(limits().memoryReservation(MIB), "Minimum memory reservation allowed is 6MB"),
                arguments(
                        limits().memoryLimit(10 * MIB).memoryReservation(11 * MIB),
                        "Minimum memory limit can not be less than memory reservation limit, see usage"),
                arguments(limits().memorySwappiness(101), "Invalid value: 101, valid memory swappiness range is 0-100"),
                arguments(limits().cpuShares(-1), "invalid CPU shares (-1): value must be a positive integer"),
                arguments(
                        limits().cpuPeriod(999),
                        "CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)"),
                arguments(limits().cpuQuota(999), "CPU cfs quota can not be less than 1ms (i.e. 1000)"),
                arguments(
                        limits().cpusetCpus("0-99"),
                        "Requested CPUs are not available - requested 0-99, available: 0-1"),
                arguments(
                        limits().cpusetMems("1"),
                        "Requested memory nodes are not available - requested 1, available: 0"),
                arguments(limits().cpusetCpus("zero"), "Invalid value zero for cpuset cpus"),
                arguments(limits().blockIoWeight(9), "Range of blkio weight is from 10 to 1000"),
                arguments(limits().blockIoWeight(1001), "Range of blkio weight is from 10 to 1000"));
    }

    private static ResourcesBuilder limits() {
        return Resources.builder();
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void nonsenseIsRefused(ResourcesBuilder limits, String message) {
        assertThatThrownBy(() -> checkRich(limits.build()))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID))
                .hasMessage(message);
    }

    @Test
    void whatTheMachineCanDoIsKeptWithoutAWord() {
        Resources wanted = limits().memoryLimit(6 * MIB)
                .memorySwap(6 * MIB)
                .memoryReservation(6 * MIB)
                .cpuShares(2)
                .nanoCpus(10_000_000)
                .cpusetCpus("1")
                .cpusetMems("0")
                .pidsLimit(1)
                .blockIoWeight(10)
                .throttleReadBps(new ThrottleDevice(8, 0, 1))
                .build();
        assertThat(checkRich(wanted)).isEqualTo(new CheckedResources(wanted, List.of()));
    }

    @Test
    void memoryAloneGetsAsMuchSwapAgain() {
        Resources wanted = limits().memoryLimit(100 * MIB).build();
        assertThat(checkRich(wanted).resources().memory().swap()).hasValue(200 * MIB);
        assertThat(checkRich(limits().memoryLimit(100 * MIB).memorySwap(-1).build())
                        .resources()
                        .memory()
                        .swap())
                .hasValue(-1);
        assertThat(checkRich(limits().memoryLimit(Long.MAX_VALUE).build())
                        .resources()
                        .memory()
                        .swap())
                .hasValue(Long.MAX_VALUE);
    }

    @Test
    void whatTheMachineCannotDoIsLeftOutWithAWarningForEach() {
        Resources wanted = limits().memoryLimit(100 * MIB)
                .memorySwap(200 * MIB)
                .memoryReservation(50 * MIB)
                .memorySwappiness(1)
                .disableOomKiller(true)
                .cpuShares(512)
                .nanoCpus(500_000_000)
                .cpuBurst(1)
                .cpusetCpus("0")
                .pidsLimit(10)
                .blockIoWeight(500)
                .weightDevice(new WeightDevice(8, 0, 500))
                .throttleReadBps(new ThrottleDevice(8, 0, 1))
                .throttleWriteBps(new ThrottleDevice(8, 0, 1))
                .throttleReadIops(new ThrottleDevice(8, 0, 1))
                .throttleWriteIops(new ThrottleDevice(8, 0, 1))
                .build();
        CheckedResources checked = ResourcesCheck.check(true, Machines.nothing(), wanted);
        assertThat(checked.resources()).isEqualTo(Resources.NONE);
        assertThat(checked.warnings())
                .hasSize(15)
                .contains(
                        "Your kernel does not support memory limit capabilities or the cgroup is not mounted."
                                + " Limitation discarded.",
                        "Your kernel does not support Block I/O weight or the cgroup is not mounted. Weight discarded.",
                        "Your kernel does not support BPS Block I/O read limit or the cgroup is not mounted. Block I/O"
                                + " BPS read limit discarded.",
                        "Your kernel does not support PIDs limit capabilities or the cgroup is not mounted. PIDs limit"
                                + " discarded.");
    }

    @Test
    void withoutSwapAccountingMemoryIsLimitedAlone() {
        CgroupFeatures noSwap = new CgroupFeatures(
                Machines.UNIFIED_CONTROLLERS, false, CgroupFeatures.IoWeight.NONE, true, "0", "0", false);
        CheckedResources checked = ResourcesCheck.check(
                false, noSwap, limits().memoryLimit(100 * MIB).build());
        assertThat(checked.resources().memory().swap()).isEmpty();
        assertThat(checked.warnings())
                .containsExactly("Your kernel does not support swap limit capabilities or the cgroup is not mounted."
                        + " Memory limited without swap.");
    }

    @Test
    void whatPassesTheCheckCanBePlannedOnEitherVersion() {
        Resources wanted = limits().memoryLimit(100 * MIB)
                .memorySwappiness(1)
                .disableOomKiller(true)
                .cpusetCpus("0")
                .pidsLimit(-1)
                .blockIoWeight(500)
                .build();
        Resources unified =
                ResourcesCheck.check(true, Machines.unified(), wanted).resources();
        assertThat(UnifiedPlanner.plan(Machines.UNIFIED, Machines.unified(), CgroupPath.of("/a/b"), unified)
                        .actions())
                .isNotEmpty();
        CgroupFeatures legacy = Machines.legacy(Machines.HYBRID);
        Resources old = ResourcesCheck.check(false, legacy, wanted).resources();
        assertThat(LegacyPlanner.plan(Machines.HYBRID, legacy, CgroupPath.of("/a/b"), old)
                        .actions())
                .isNotEmpty();
    }

    @Test
    void zeroMeansNotGiven() {
        Resources zeros = limits().memoryLimit(0)
                .memorySwap(0)
                .cpuShares(0)
                .cpuPeriod(0)
                .cpuQuota(0)
                .blockIoWeight(0)
                .cpusetCpus("")
                .build();
        assertThat(checkRich(zeros)).isEqualTo(new CheckedResources(Resources.NONE, List.of()));
    }

    private static CheckedResources checkRich(Resources wanted) {
        return ResourcesCheck.check(false, Machines.legacy(Machines.HYBRID), wanted);
    }
}
