package io.whalebox.runtime.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CpuSetTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0-2,7|0-2,7", "7,0,1,2|0-2,7", "3|3", "1-1|1", "8191|8191", "' 0-1'|0-1", "0-1,1-2|0-2"})
    void listsAreReadAsTheKernelReadsThem(String list, String normal) {
        assertThat(CpuSet.parse("cpus", list)).hasToString(normal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "0-", "-1", "2-1", "0,,1", "0,", "8192", "99999999999", "0-1-2", "0x1", "1.5", "٣"})
    void whatIsNoListIsRefusedInDockersWords(String list) {
        assertThatThrownBy(() -> CpuSet.parse("cpus", list)).hasMessage("Invalid value " + list + " for cpuset cpus");
    }

    @Property
    void writingAndReadingGiveTheSameSet(@ForAll Set<@IntRange(max = 8191) Integer> numbers) {
        CpuSet set = CpuSet.parse("cpus", numbers.stream().map(String::valueOf).collect(Collectors.joining(",")));
        assertThat(CpuSet.parse("cpus", set.toString())).isEqualTo(set);
        assertThat(set.size()).isEqualTo(numbers.size());
        assertThat(set.containsAll(set)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"0-3|1,3|true", "0-3|4|false", "0-1|0-99|false", "''|0|false", "0|''|true"})
    void aSetHoldsThoseThatItHasAllOf(String available, String requested, boolean holds) {
        assertThat(CpuSet.parse("cpus", available).containsAll(CpuSet.parse("cpus", requested)))
                .isEqualTo(holds);
    }
}
