package io.whalebox.runtime.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConversionsTest {
    /** The ends and the normal value of both scales, just beside them, and what the curve gives between. */
    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "2, 1",
        "3, 2",
        "512, 59",
        "1024, 100",
        "2048, 174",
        "4096, 303",
        "10000, 627",
        "262143, 10000",
        "262144, 10000",
        "262145, 10000"
    })
    void sharesBecomeWeights(long shares, long weight) {
        assertThat(Conversions.cpuWeight(shares)).isEqualTo(weight);
    }

    @Property
    void moreSharesNeverWeighLess(@ForAll @LongRange(min = 2, max = 262143) long shares) {
        assertThat(Conversions.cpuWeight(shares)).isBetween(1L, Conversions.cpuWeight(shares + 1));
    }

    @Property
    void everyWeightIsOneTheKernelTakes(@ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long shares) {
        assertThat(Conversions.cpuWeight(shares)).isBetween(1L, 10_000L);
    }

    @ParameterizedTest
    @CsvSource({"10, 1", "100, 910", "500, 4950", "1000, 10000"})
    void diskWeightsKeepTheirProportion(long weight, long converted) {
        assertThat(Conversions.ioWeight(weight)).isEqualTo(converted);
    }

    /** Empty columns: not given, or left as it is. */
    @ParameterizedTest
    @CsvSource({
        ",,",
        "100,,",
        "100, 0,",
        "100, 100, 0",
        "100, 250, 150",
        "100, -1, -1",
        "-1,, -1",
        "-1, 0, -1",
        "-1, 300, 300",
        ", -1, -1"
    })
    void swapIsWhatMemoryLeavesOfBoth(Long memory, Long both, Long swap) {
        assertThat(Conversions.swapMax(optional(both), optional(memory))).isEqualTo(optional(swap));
    }

    @Property
    void memoryAndSwapAddUp(@ForAll @LongRange(min = 1) long memory, @ForAll @LongRange(min = 1) long both) {
        if (both < memory) {
            assertThatThrownBy(() -> Conversions.swapMax(OptionalLong.of(both), OptionalLong.of(memory)))
                    .isInstanceOfSatisfying(
                            WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID));
        } else {
            assertThat(Conversions.swapMax(OptionalLong.of(both), OptionalLong.of(memory)))
                    .hasValue(both - memory);
        }
    }

    @Test
    void swapWithoutMemoryIsRefused() {
        assertThatThrownBy(() -> Conversions.swapMax(OptionalLong.of(100), OptionalLong.empty()))
                .hasMessage("You should always set the Memory limit when using Memoryswap limit, see usage");
    }

    @ParameterizedTest
    @CsvSource({
        "50000, 100000, 50000 100000",
        "50000,, 50000 100000",
        ", 20000, max 20000",
        "-1, 20000, max 20000",
        "-1,, max 100000"
    })
    void aQuotaGoesWithItsPeriod(Long quota, Long period, String line) {
        assertThat(Conversions.cpuMax(optional(quota), optional(period))).isEqualTo(line);
    }

    @ParameterizedTest
    @CsvSource({"1500000000, 150000", "10000000, 1000", "1, 0", "128000000000, 12800000"})
    void processorsBecomeAQuota(long nanoCpus, long quota) {
        Resources.Cpu cpu = Resources.builder().nanoCpus(nanoCpus).build().cpu();
        assertThat(cpu.quota()).hasValue(quota);
        assertThat(cpu.period()).hasValue(100_000);
    }

    @ParameterizedTest
    @CsvSource({"-1, max", "0, max", "1, 1", "4096, 4096"})
    void noLimitOfProcessesIsMax(long limit, String line) {
        assertThat(Conversions.pidsMax(limit)).isEqualTo(line);
    }

    private static OptionalLong optional(Long value) {
        return value == null ? OptionalLong.empty() : OptionalLong.of(value);
    }
}
