package io.whalebox.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignalTest {
    @ParameterizedTest
    @CsvSource({
        "SIGTERM, 15",
        "TERM, 15",
        "term, 15",
        "sigkill, 9",
        "15, 15",
        "1, 1",
        "64, 64",
        "SIGRTMIN, 34",
        "RTMIN+3, 37",
        "rtmin+30, 64",
        "SIGRTMAX-1, 63",
        "RTMAX, 64",
        "RTMAX-30, 34",
        "CLD, 17",
        "IOT, 6",
        "POLL, 29",
        "WINCH, 28"
    })
    void isMeantByNameOrNumber(String text, int number) {
        assertThat(Signal.parse(text)).isEqualTo(new Signal(number));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "FOO",
                "SIG",
                "SIGSIGTERM",
                "0",
                "65",
                "-9",
                "+9",
                "999",
                "9 ",
                "RTMIN+31",
                "RTMAX-31",
                "RTMIN+",
                "RTMIN-1",
                "RTMIN+x",
                "٩"
            })
    void isNotMeantByAnythingElse(String text) {
        assertThat(Signal.find(text)).isEmpty();
        assertThatThrownBy(() -> Signal.parse(text))
                .isInstanceOf(WhaleboxException.class)
                .hasMessageStartingWith("invalid signal: " + text);
    }

    /** The shell of this machine knows the kernel's numbers too. */
    @Test
    void hasTheNumbersThatTheShellHas() throws Exception {
        Process shell = new ProcessBuilder("bash", "-c", "for n in {1..31}; do echo $n $(kill -l $n); done").start();
        for (String line : shell.inputReader().lines().toList()) {
            String[] words = line.split(" ", 2);
            assertThat(Signal.parse(words[1]).number()).as(words[1]).isEqualTo(Integer.parseInt(words[0]));
        }
        assertThat(shell.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
}
