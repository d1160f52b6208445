package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Limits hold from the first instruction and for every descendant, on cgroup v1 and, in the virtual machine, on v2: there
 * only those of the control group, since a container takes long to start without a real processor.
 */
@EndToEnd
class LimitsTest {
    private static final boolean UNIFIED = Files.exists(Path.of("/sys/fs/cgroup/cgroup.controllers"));
    private static final long MIB = 1 << 20;

    private final Whalebox whalebox;

    LimitsTest(Whalebox whalebox) {
        this.whalebox = whalebox;
    }

    /** Where a container sees a control file of its own group. */
    private static String file(String controller, String v1, String v2) {
        return "/sys/fs/cgroup/" + (UNIFIED ? v2 : controller + "/" + controller + "." + v1);
    }

    private String control(String controller, String v1, String v2, String... options) {
        return whalebox.shell("cat " + file(controller, v1, v2), options);
    }

    @ParameterizedTest
    @Tag("cgroup2")
    @CsvSource({"-m, 100m", "--memory, 102400K"})
    void memoryIsLimitedToTheByte(String option, String size) {
        assertThat(control("memory", "limit_in_bytes", "memory.max", option, size))
                .isEqualTo(Long.toString(100 * MIB));
    }

    @Test
    @Tag("cgroup2")
    void swapIsWhatIsLeftOfMemoryAndSwapTogether() {
        assertThat(control("memory", "memsw.limit_in_bytes", "memory.swap.max", "-m", "100m", "--memory-swap", "160m"))
                .isEqualTo(Long.toString((UNIFIED ? 60 : 160) * MIB));
    }

    @Test
    @Tag("cgroup2")
    void memoryIsReserved() {
        assertThat(control("memory", "soft_limit_in_bytes", "memory.low", "--memory-reservation", "64m"))
                .isEqualTo(Long.toString(64 * MIB));
    }

    /** Three children want 60 MiB each where 64 are allowed: not all can have it, and the peak is within the limit. */
    @Test
    @Tag("cgroup2")
    void childrenTogetherStayBelowTheMemoryLimit() {
        String children = "for i in 1 2 3; do (head -c 60m /dev/zero | tail -c 60m >/dev/null; echo $?) & done; wait";
        String peak = "cat " + file("memory", "max_usage_in_bytes", "memory.peak");
        String[] lines = whalebox.shell(children + "; " + peak, "-m", "64m", "--memory-swap", "64m")
                .split("\n", -1);
        // memory.peak came with Linux 5.19; where it is absent the number is the kernel's word that it held.
        long bytes = Long.parseLong(lines[lines.length - 1]);
        assertThat(bytes).isBetween(32 * MIB, 64 * MIB);
        assertThat(Arrays.stream(lines, 0, lines.length - 1)).as("statuses").contains("137");
    }

    @Test
    @Tag("cgroup2")
    void aProgramThatExceedsItsMemoryIsKilledAndThatIsSaid() {
        Command.Result result = whalebox.run(
                        "-m", "32m", "--memory-swap", "32m", "busybox", "tail", "-c", "100m", "/dev/zero")
                .endedWith(137);
        assertThat(result.complaint().toLowerCase(Locale.ROOT)).contains("memory");
    }

    /** A program that forks in its first instruction is in the group already. */
    @Test
    @Tag("cgroup2")
    void thereAreNeverMoreProcessesThanAllowed() {
        Command.Result result = whalebox.run(
                "--pids-limit", "10", "busybox", "sh", "-c", "for i in $(seq 30); do sleep 60 & echo started; done");
        assertThat(result.complaint()).contains("fork");
        assertThat(result.text().lines()).as("beside the shell itself").hasSize(9);
        assertThat(control("pids", "max", "pids.max", "--pids-limit", "10")).isEqualTo("10");
    }

    @Test
    @Tag("cgroup2")
    void processorsAreSharedByQuota() {
        if (UNIFIED) {
            assertThat(control("cpu", "", "cpu.max", "--cpus", "0.5")).isEqualTo("50000 100000");
        } else {
            assertThat(control("cpu", "cfs_quota_us", "", "--cpus", "0.5")).isEqualTo("50000");
            assertThat(control("cpu", "cfs_period_us", "", "--cpus", "0.5")).isEqualTo("100000");
        }
    }

    @Test
    @Tag("cgroup2")
    void aBusyContainerGetsNoMoreThanItsQuota() {
        String usage =
                UNIFIED ? "grep nr_throttled /sys/fs/cgroup/cpu.stat" : "grep nr_throttled /sys/fs/cgroup/cpu/cpu.stat";
        String throttled = whalebox.shell("until " + usage + " | grep -v ' 0$'; do :; done", "--cpus", "0.1");
        assertThat(Integer.parseInt(throttled.replaceAll("\\D", ""))).isPositive();
    }

    /** On v2 by the field's conversion from shares: 2 to 262144 become 1 to 10000, and the normal 1024 becomes 100. */
    @ParameterizedTest
    @Tag("cgroup2")
    @CsvSource({"--cpu-shares, 512, 59", "-cpushare, 1024, 100"})
    void processorsAreSharedByWeight(String option, String shares, String weight) {
        assertThat(control("cpu", "shares", "cpu.weight", option, shares)).isEqualTo(UNIFIED ? weight : shares);
    }

    @ParameterizedTest
    @Tag("cgroup2")
    @CsvSource({"--cpuset-cpus", "-cpuset"})
    void runsOnTheProcessorsNamed(String option) {
        assertThat(whalebox.shell("nproc; grep Cpus_allowed_list /proc/self/status", option, "0"))
                .isEqualTo("1\nCpus_allowed_list:\t0");
    }

    @Test
    void takesItsMemoryFromTheNodesNamed() {
        assertThat(whalebox.shell("grep Mems_allowed_list /proc/self/status", "--cpuset-mems", "0"))
                .isEqualTo("Mems_allowed_list:\t0");
    }

    @Test
    void resourceLimitsOfTheProcessItself() {
        assertThat(whalebox.shell("ulimit -n; ulimit -Hn", "--ulimit", "nofile=100:200"))
                .isEqualTo("100\n200");
        assertThat(whalebox.shell("ulimit -c", "--ulimit", "core=0")).isEqualTo("0");
    }

    @Test
    void theKernelIsToldWhomToKillFirst() {
        assertThat(whalebox.shell("cat /proc/self/oom_score_adj", "--oom-score-adj", "500"))
                .isEqualTo("500");
    }

    @ParameterizedTest
    @CsvSource({"'', 65536", "--shm-size=1m, 1024"})
    void sharedMemoryHasASize(String option, String kib) {
        String[] options = option.isEmpty() ? new String[0] : new String[] {option};
        assertThat(whalebox.shell("df -k /dev/shm | awk 'END { print $2 }'", options))
                .isEqualTo(kib);
    }

    @Test
    @Tag("cgroup2")
    void theGroupLiesWhereItIsAsked() {
        String group = whalebox.shell("cat /proc/self/cgroup", "--cgroup-parent", "/whalebox-acceptance");
        // Inside, the container's own group is the root of what it can see.
        assertThat(group.lines()).allSatisfy(line -> assertThat(line).doesNotContain("whalebox-acceptance"));
    }
}
