package io.whalebox.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class RawTextTest {
    @Test
    void whatIsUtf8IsItself() {
        for (String text : new String[] {"", "plain", "naïve 鯨 🐋", "\ufffd", "\n"}) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            assertThat(RawText.of(bytes)).isEqualTo(text);
            assertThat(RawText.bytes(text)).isEqualTo(bytes);
        }
    }

    @Test
    void aByteThatIsNotIsKept() {
        assertThat(RawText.of(new byte[] {'a', (byte) 0xff, 'b', (byte) 0xc3})).isEqualTo("a\udcffb\udcc3");
        assertThat(RawText.bytes("a\udcffb\udcc3")).containsExactly('a', 0xff, 'b', 0xc3);
        // A pair's lower half is no byte.
        assertThat(RawText.bytes("🐋\udc80")).containsExactly(0xf0, 0x9f, 0x90, 0x8b, 0x80);
    }

    @Test
    void aForeignByteShowsAsItsNumber() {
        assertThat(RawText.shown("naïve \udcff 🐋")).isEqualTo("naïve \\xff 🐋");
    }

    @RepeatedTest(200)
    void allBytesComeBack(RepetitionInfo repetition) {
        byte[] bytes = new byte[repetition.getCurrentRepetition()];
        new Random(repetition.getCurrentRepetition()).nextBytes(bytes);
        assertThat(RawText.bytes(RawText.of(bytes))).isEqualTo(bytes);
    }
}
