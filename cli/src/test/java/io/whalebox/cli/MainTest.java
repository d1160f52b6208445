package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.whalebox.engine.Engine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole commands, as far as they need no container. */
class MainTest {
    /** {@code -Dwhalebox.golden=update} writes what help says now to the golden files. */
    private static final boolean UPDATE = "update".equals(System.getProperty("whalebox.golden"));

    private static final Path GOLDEN =
            Path.of(System.getProperty("whalebox.root"), "cli/src/test/resources/io/whalebox/cli/help");

    /** Not the machine's own. */
    @TempDir
    static Path store;

    private record Result(int status, String out, String err) {}

    private static Result whalebox(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Main.run(
                List.of(words),
                new Console(
                        InputStream.nullInputStream(),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        new Environment(Map.of(
                                "WHALEBOX_ROOT", store.resolve("root").toString(),
                                "WHALEBOX_RUN", store.resolve("run").toString())),
                        Path.of("").toAbsolutePath(),
                        Caller.ofThisProcess(),
                        Engine::open,
                        Optional.empty()));
        return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource({"whalebox,--help", "run,run --help", "image,image", "images,help images", "load,image load --help"})
    void helpIsAsItWasReviewed(String name, String command) throws IOException {
        Result result = whalebox(command.split(" ", -1));
        Path golden = GOLDEN.resolve(name + ".txt");
        if (UPDATE) {
            Files.createDirectories(GOLDEN);
            Files.writeString(golden, result.out());
        }

        assertThat(result.status()).isZero();
        assertThat(result.out()).isEqualTo(Files.readString(golden));
        assertThat(result.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }

    @Test
    void aBadFlagIsToldWithTheUsageAndWhereToReadOn() {
        Result result = whalebox("run", "--foo", "busybox");

        assertThat(result.status()).isEqualTo(125);
        assertThat(result.err()).isEqualTo("""
                unknown flag: --foo

                Usage:  whalebox run [OPTIONS] IMAGE [COMMAND] [ARG...]

                Run 'whalebox run --help' for more information
                """);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run           | 1   | whalebox: 'whalebox run' requires at least 1 argument",
                "rmi           | 1   | whalebox: 'whalebox rmi' requires at least 1 argument",
                "tag a         | 1   | whalebox: 'whalebox tag' requires 2 arguments",
                "images a b    | 1   | whalebox: 'whalebox images' requires at most 1 argument",
                "load x        | 1   | whalebox: 'whalebox load' accepts no arguments",
                "foo           | 1   | whalebox: unknown command: whalebox foo",
                "image foo     | 1   | whalebox: unknown command: whalebox image foo",
                "help foo      | 1   | unknown help topic: foo",
                "--foo run     | 125 | unknown flag: --foo",
                "images -xq    | 125 | unknown shorthand flag: 'x' in -xq",
                "--log-level x images | 125 | invalid argument \"x\" for \"--log-level\" flag",
                "run --pull always 127.0.0.1:1/x | 125 | whalebox: cannot pull",
                "run --pull foo busybox    | 125 | whalebox: invalid pull option: 'foo'",
            })
    void exitStatusesAreDockers(String command, int status, String message) {
        Result result = whalebox(command.strip().split(" ", -1));

        assertThat(result.err()).startsWith(message);
        assertThat(result.status()).isEqualTo(status);
    }

    @Test
    void theVersionCanBeTakenApart() {
        assertThat(whalebox("version", "--format", "{{.Os}}/{{.Arch}}").out()).matches("linux/(amd64|arm64)\n");
        assertThat(whalebox("--version").out()).startsWith("Whalebox version ");
    }
}
