package io.whalebox.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "/", "a\0b"})
    void refusesWhatIsNoNameInThisDirectory(String name) {
        assertThatThrownBy(() -> FileName.of(name))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID));
    }

    @Test
    void takesWhatAnEntryCanHold() {
        assertThat(FileName.of("x".repeat(255)).length()).isEqualTo(255);
        assertThatThrownBy(() -> FileName.of("x".repeat(256))).hasMessageContaining("longer than 255 bytes");
        assertThat(FileName.of("...")).hasToString("...");
    }

    @Test
    void printsNothingThatATerminalWouldObey() {
        assertThat(FileName.of("\u001b[2Jmöbius")).hasToString("\\x1b[2Jmöbius");
        assertThat(FileName.of(new byte[] {'a', (byte) 0xe9})).hasToString("a\\xe9");
    }

    @Test
    void ordersByUnsignedBytes() {
        assertThat(FileName.of("z")).isLessThan(FileName.of(new byte[] {(byte) 0x80}));
        assertThat(FileName.of("xabcx".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 1, 4))
                .isEqualTo(FileName.of("abc"))
                .hasSameHashCodeAs(FileName.of("abc"));
    }
}
