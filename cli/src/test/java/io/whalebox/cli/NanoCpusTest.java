package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NanoCpusTest {
    @ParameterizedTest
    @CsvSource({
        "1.5, 1500000000",
        ".5, 500000000",
        "2, 2000000000",
        "1e-3, 1000000",
        "1/2, 500000000",
        "-1, -1000000000"
    })
    void processorsAreCountedInBillionths(String text, long billionths) {
        assertThat(NanoCpus.parse(text).billionths()).isEqualTo(billionths);
    }
}
