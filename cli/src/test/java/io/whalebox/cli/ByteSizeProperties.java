package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.WhaleboxException;
import java.util.Locale;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;

class ByteSizeProperties {
    @Property
    void everySpellingOfAUnitIsTheSamePowerOf1024(
            @ForAll @IntRange(max = 1000) int number, @ForAll @IntRange(min = 1, max = 5) int power) {
        String letter = String.valueOf("kmgtp".charAt(power - 1));
        long expected = number * (1L << (10 * power));
        for (String unit : new String[] {letter, letter + "b", letter + "ib"}) {
            assertThat(ByteSize.parse(number + unit).bytes()).isEqualTo(expected);
            assertThat(ByteSize.parse(number + unit.toUpperCase(Locale.ROOT)).bytes())
                    .isEqualTo(expected);
            assertThat(ByteSize.parse(number + " " + unit).bytes()).isEqualTo(expected);
        }
    }

    @Property
    void anythingElseIsRefusedWithAReason(
            @ForAll @StringLength(max = 8) @CharRange(from = ' ', to = '\u00ff') String text) {
        try {
            assertThat(ByteSize.parse(text).bytes()).isNotNegative();
        } catch (WhaleboxException e) {
            assertThat(e.getMessage()).containsAnyOf("invalid size: '", "invalid suffix: '", "invalid syntax");
        }
    }

    @Example
    void fractionsCount() {
        assertThat(ByteSize.parse("1.5k").bytes()).isEqualTo(1536);
        assertThat(ByteSize.parse(".5k").bytes()).isEqualTo(512);
        assertThat(ByteSize.parse("1024").bytes()).isEqualTo(1024);
        assertThat(ByteSize.parse("7b").bytes()).isEqualTo(7);
    }

    @Example
    void whatTheKernelCannotHoldIsRefused() {
        assertThatThrownBy(() -> ByteSize.parse("9000p")).hasMessageContaining("does not fit in 63 bits");
    }

    @Example
    void sizesPrintAsDockersDo() {
        assertThat(ByteSize.decimal(4_261_550)).isEqualTo("4.26MB");
        assertThat(ByteSize.decimal(999)).isEqualTo("999B");
        assertThat(ByteSize.decimal(12_345_678_901L)).isEqualTo("12.3GB");
        assertThat(ByteSize.binary(8_200_000_000L)).isEqualTo("7.637GiB");
    }
}
