package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgoTest {
    @ParameterizedTest
    @CsvSource({
        "PT0.5S, Less than a second",
        "PT1S, 1 second",
        "PT59S, 59 seconds",
        "PT60S, About a minute",
        "PT59M, 59 minutes",
        "PT60M, About an hour",
        "PT47H, 47 hours",
        "PT48H, 2 days",
        "P14D, 2 weeks",
        "P60D, 2 months",
        "P800D, 2 years",
    })
    void spansAreToldInDockersWords(Duration span, String words) {
        assertThat(Ago.words(span)).isEqualTo(words);
    }
}
