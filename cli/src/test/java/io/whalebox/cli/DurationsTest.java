package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.WhaleboxException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({"0, PT0S", "10m, PT10M", "1h30m, PT1H30M", "1.5s, PT1.5S", ".5s, PT0.5S", "250ms, PT0.25S", "-1h, PT-1H"
    })
    void areReadAsGoReadsThem(String text, Duration expected) {
        assertThat(Durations.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "1", "1x", "h", "1h 2m", "99999999999999999h"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(WhaleboxException.class)
                .hasMessageContaining("invalid duration \"" + text + "\"");
    }
}
