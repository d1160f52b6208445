package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MomentTest {
    private static final Instant NOW = Instant.parse("2026-05-06T07:08:09Z");

    @ParameterizedTest
    @CsvSource({
        "10m, 2026-05-06T06:58:09Z",
        "1h30m, 2026-05-06T05:38:09Z",
        "1.5h, 2026-05-06T05:38:09Z",
        "0s, 2026-05-06T07:08:09Z",
        "1136073600, 2006-01-01T00:00:00Z",
        "2006-01-02T15:04:05Z, 2006-01-02T15:04:05Z",
        "2006-01-02T15:04:05.5+02:00, 2006-01-02T13:04:05.500Z",
        "2006-01-02Z, 2006-01-02T00:00:00Z",
    })
    void isAgoOrThen(String text, Instant expected) {
        assertThat(Moment.parse(text, NOW)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2006-01-02", "2006-01-02T00", "2006-01-02T00:00", "2006-01-02T00:00:00"})
    void withoutAZoneIsMeantHere(String text) {
        assertThat(Moment.parse(text, NOW))
                .isEqualTo(LocalDateTime.of(2006, 1, 2, 0, 0)
                        .atZone(ZoneId.systemDefault())
                        .toInstant());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2006-13-01", "5 m", "99999999999999999h"})
    void anythingElseIsRefusedWithAnExample(String text) {
        assertThatThrownBy(() -> Moment.parse(text, NOW))
                .hasMessageStartingWith("invalid time \"" + text + "\": write");
    }
}
