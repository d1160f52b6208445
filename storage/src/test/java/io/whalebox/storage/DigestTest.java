package io.whalebox.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.WhaleboxException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigestTest {
    private static final String OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void namesContentByItsHash() {
        Digest digest = Digest.of("abc".getBytes(StandardCharsets.US_ASCII));

        assertThat(digest).hasToString("sha256:" + OF_ABC);
        assertThat(digest).isEqualTo(Digest.parse("sha256:" + OF_ABC));
        assertThat(digest.shortId()).isEqualTo("ba7816bf8f01");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sha256:",
                "sha256:abc",
                "sha256:../../../../etc/passwd",
                "sha512:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
                "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n",
            })
    void cannotHoldAnythingElse(String text) {
        assertThatThrownBy(() -> Digest.parse(text))
                .isInstanceOf(WhaleboxException.class)
                .hasMessageStartingWith("invalid digest");
    }
}
