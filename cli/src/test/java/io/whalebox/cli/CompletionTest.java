package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a shell may offer for a command line that is being typed; the last word is incomplete. */
class CompletionTest {
    private static final Completion COMPLETION = new Completion(kind -> switch (kind) {
        case CONTAINER -> List.of("idle", "web");
        case RUNNING_CONTAINER -> List.of("web");
        case IMAGE -> List.of("busybox:latest", "debian:12");
        case VOLUME -> List.of("data");
        case FILE -> List.of("FILE");
    });

    private static List<String> words(String line) {
        return COMPLETION.of(Stream.of(line.split(" ", -1)).toList()).stream()
                .map(Completion.Candidate::word)
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "unp|unpause",
                "--log-le|--log-level",
                "--log-level debug unp|unpause",
                "volume cr|create",
                "rm |idle,web",
                "rm idle |idle,web",
                "stop |web",
                "exec web |",
                "run |busybox:latest,debian:12",
                "run deb|debian:12",
                "run --name x deb|debian:12",
                "run -itv |data,FILE",
                "run --volumes-from w|web",
                "run --pull m|missing",
                "run --pull=never d|debian:12",
                "run debian:12 --na|",
                "run --volumes-f|--volumes-from",
                "volume rm |data",
                "inspect |idle,web,busybox:latest,debian:12,data",
                "cp |idle,web,FILE",
                "nosuch |",
            })
    void theWordsThatFollow(String line, String expected) {
        String words = expected == null ? "" : expected;
        assertThat(words(line)).isEqualTo(words.isEmpty() ? List.of() : List.of(words.split(",", -1)));
    }

    @ParameterizedTest
    @CsvSource({"bash", "zsh", "fish"})
    void theScriptAsksForTheWords(String shell) {
        assertThat(Captured.whalebox("completion", shell).out()).contains("completion words -- ");
    }
}
