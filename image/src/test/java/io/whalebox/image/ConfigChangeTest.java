package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigChangeTest {
    @Test
    void commandsAreArraysOrLinesForTheShell() {
        assertThat(change("CMD [\"a\", \"b c\"]").cmd()).containsExactly("a", "b c");
        assertThat(change("cmd echo $HOME").cmd()).containsExactly("/bin/sh", "-c", "echo $HOME");
        assertThat(change("ENTRYPOINT [\"/init\"]").entrypoint()).containsExactly("/init");
        assertThat(change("ENTRYPOINT [ -f x ]").entrypoint()).containsExactly("/bin/sh", "-c", "[ -f x ]");
    }

    @Test
    void variablesAreSetReplacedAndUsed() {
        assertThat(change("ENV A=1 B=\"two words\" C='$A' D=a\\ b", "ENV A=2", "ENV E=$A-${B}", "ENV F ${Z:-none} x")
                        .env())
                .containsExactly("A=2", "B=two words", "C=$A", "D=a b", "E=2-two words", "F=none x");
        assertThat(change("ENV A=1", "ENV B=${A:+set} C=${X:+set} D=${X-d}", "WORKDIR /srv/$A", "USER u$A"))
                .satisfies(config -> {
                    assertThat(config.env()).containsExactly("A=1", "B=set", "C=", "D=d");
                    assertThat(config.workingDir()).hasValue("/srv/1");
                    assertThat(config.user()).hasValue("u1");
                });
    }

    @Test
    void portsAreExpanded() {
        assertThat(change("EXPOSE 80 53/udp 8000-8002/TCP").exposedPorts())
                .containsExactly("53/udp", "80/tcp", "8000/tcp", "8001/tcp", "8002/tcp");
    }

    @Test
    void theRestMeansWhatItMeansInADockerfile() {
        assertThat(change("LABEL a=b \"c d\"=\"e f\"").labels()).isEqualTo(Map.of("a", "b", "c d", "e f"));
        assertThat(change("VOLUME /a /b").volumes()).containsExactly("/a", "/b");
        assertThat(change("VOLUME [\"/with space\"]").volumes()).containsExactly("/with space");
        assertThat(change("WORKDIR a", "WORKDIR b/../c").workingDir()).hasValue("/a/c");
        assertThat(change("STOPSIGNAL SIGRTMIN+3").stopSignal()).hasValue("SIGRTMIN+3");
        assertThat(change("STOPSIGNAL 9").stopSignal()).hasValue("9");
        assertThat(change("ONBUILD RUN  x").onBuild()).containsExactly("RUN  x");
    }

    @Test
    void healthIsCheckedOrNot() {
        assertThat(change("HEALTHCHECK NONE").healthcheck())
                .hasValueSatisfying(check -> assertThat(check.test()).containsExactly("NONE"));
        assertThat(change("HEALTHCHECK --interval=1m30s --timeout=500ms --retries=2 CMD curl -f localhost")
                        .healthcheck())
                .hasValueSatisfying(check -> {
                    assertThat(check.test()).containsExactly("CMD-SHELL", "curl -f localhost");
                    assertThat(check.interval()).hasSeconds(90);
                    assertThat(check.timeoutNanos()).isEqualTo(500_000_000);
                    assertThat(check.retries()).isEqualTo(2);
                });
        assertThat(change("HEALTHCHECK CMD [\"true\"]").healthcheck())
                .hasValueSatisfying(check -> assertThat(check.test()).containsExactly("CMD", "true"));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "RUN true|RUN is not a valid change command",
                "``|a change is empty",
                "CMD|CMD requires an argument",
                "ENV A|ENV must have two arguments",
                "ENV A=1 B|syntax error - can't find = in \"B\", must be of the form: name=value",
                "ENV A='x|a single quote is not closed",
                "ENV A=\"x|a double quote is not closed",
                "ENV A=${x|a brace is not closed",
                "ENV A=${}|bad substitution",
                "ENV A=${B%x}|unsupported modifier in a substitution",
                "EXPOSE x|invalid containerPort: x",
                "EXPOSE 70000|invalid containerPort: 70000",
                "EXPOSE 9-8|invalid containerPort: 9-8",
                "EXPOSE 80/icmp|invalid containerPort: 80/icmp",
                "USER a b|USER requires exactly one argument",
                "STOPSIGNAL SIGNOPE|invalid signal: SIGNOPE",
                "STOPSIGNAL 65|invalid signal: 65",
                "VOLUME [\"\"]|VOLUME specified can not be an empty string",
                "ONBUILD ONBUILD RUN x|Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed",
                "ONBUILD FROM x|FROM isn't allowed as an ONBUILD trigger",
                "HEALTHCHECK x|unknown type \"X\" in HEALTHCHECK (try CMD)",
                "HEALTHCHECK NONE x|HEALTHCHECK NONE takes no arguments",
                "HEALTHCHECK --interval=1 CMD x|--interval cannot be \"1\"",
                "HEALTHCHECK --interval=1us CMD x|the shortest is 1ms",
                "HEALTHCHECK --nope=1 CMD x|unknown flag: nope",
            })
    void aMistakeIsToldInOneLine(String instruction, String message) {
        assertThatThrownBy(() -> change(instruction))
                .isInstanceOfSatisfying(
                        WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.INVALID))
                .hasMessageContaining(message);
    }

    private static ContainerDefaults change(String... instructions) {
        return ConfigChange.applyAll(List.of(instructions), ContainerDefaults.NONE);
    }
}
