package io.whalebox.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Wrong command lines, with what Docker's client says of them: the same words here, and, where that client is
 * installed, a check that it really says so. Reading a command line needs no daemon.
 */
class DockerGrammarTest {
    record Wrong(List<String> words, String message) {
        @Override
        public String toString() {
            return String.join(" ", words);
        }
    }

    private static final List<Wrong> WRONG = List.of(
            wrong("unknown flag: --foo", "--foo"),
            wrong("unknown flag: --foo", "--foo=bar"),
            wrong("unknown shorthand flag: 'x' in -xyz", "-xyz"),
            wrong("unknown shorthand flag: 'x' in -x", "-itx"),
            wrong("unknown shorthand flag: '=' in -=x", "-=x"),
            wrong("unknown shorthand flag: '=' in -=", "-ti="),
            wrong("unknown shorthand flag: '-' in --", "-it-"),
            wrong("bad flag syntax: --=x", "--=x"),
            wrong("bad flag syntax: ---x", "---x"),
            wrong("flag needs an argument: --name", "--name"),
            wrong("flag needs an argument: 'm' in -m", "-m"),
            wrong("flag needs an argument: 'm' in -m", "-itm"),
            wrong("flag needs an argument: 'h' in -h", "-h"),
            wrong(switchValue("\"foo\"", "--rm"), "--rm=foo"),
            wrong(switchValue("\"\"", "--rm"), "--rm="),
            wrong(switchValue("\"foo\"", "-t, --tty"), "-it=foo"),
            wrong(switchValue("\"yes\"", "-i, --interactive"), "-i=yes"),
            bad("-m, --memory", "10x", "invalid suffix: 'x'"),
            bad("-m, --memory", "-1", "invalid size: '-1'"),
            bad("-m, --memory", "", "invalid size: ''"),
            bad("-m, --memory", "abc", "invalid size: 'abc'"),
            bad("-m, --memory", "5kk", "invalid suffix: 'kk'"),
            bad("-m, --memory", "5e", "invalid suffix: 'e'"),
            bad("-m, --memory", "5KIBI", "invalid suffix: 'KIBI'"),
            bad("-m, --memory", "1.5.5g", "strconv.ParseFloat: parsing \"1.5.5\": invalid syntax"),
            bad("-m, --memory", " 5", "strconv.ParseFloat: parsing \" 5\": invalid syntax"),
            bad("-m, --memory", "1\n", "invalid suffix: '\\n'"),
            wrong("invalid argument \"=\" for \"-m, --memory\" flag: invalid size: '='", "-m="),
            bad("--memory-swap", "-2", "invalid size: '-2'"),
            bad("--shm-size", "x", "invalid size: 'x'"),
            bad("--cpus", "x", "failed to parse x as a rational number"),
            bad("--cpus", "", "failed to parse  as a rational number"),
            bad("--cpus", "0.0000000001", "value is too precise"),
            bad("--cpus", "1/3", "value is too precise"),
            bad("-c, --cpu-shares", "x", "strconv.ParseInt: parsing \"x\": invalid syntax"),
            bad(
                    "-c, --cpu-shares",
                    "99999999999999999999",
                    "strconv.ParseInt: parsing \"99999999999999999999\": value out of range"),
            bad("--pids-limit", "", "strconv.ParseInt: parsing \"\": invalid syntax"),
            bad("--pids-limit", "1__0", "strconv.ParseInt: parsing \"1__0\": invalid syntax"),
            bad("--pids-limit", "_1", "strconv.ParseInt: parsing \"_1\": invalid syntax"),
            bad("--pids-limit", "0x", "strconv.ParseInt: parsing \"0x\": invalid syntax"),
            bad("--pids-limit", "08", "strconv.ParseInt: parsing \"08\": invalid syntax"),
            bad("--blkio-weight", "x", "strconv.ParseUint: parsing \"x\": invalid syntax"),
            bad("--blkio-weight", "-1", "strconv.ParseUint: parsing \"-1\": invalid syntax"),
            bad("--blkio-weight", "70000", "strconv.ParseUint: parsing \"70000\": value out of range"),
            bad("--ulimit", "nofile", "invalid ulimit argument: nofile"),
            bad("--ulimit", "foo=1", "invalid ulimit type: foo"),
            bad("--ulimit", "nofile=a", "strconv.ParseInt: parsing \"a\": invalid syntax"),
            bad("--ulimit", "nofile=", "strconv.ParseInt: parsing \"\": invalid syntax"),
            bad("--ulimit", "nofile=0x5", "strconv.ParseInt: parsing \"0x5\": invalid syntax"),
            bad("--ulimit", "nofile=5:3", "ulimit soft limit must be less than or equal to hard limit: 5 > 3"),
            bad(
                    "--ulimit",
                    "nofile=-1:3",
                    "ulimit soft limit must be less than or equal to hard limit: soft: -1 (unlimited), hard: 3"),
            bad(
                    "--ulimit",
                    "nofile=5:3:2",
                    "too many limit value arguments - 5:3:2, can only have up to two, `soft[:hard]`"),
            bad("-e, --env", "", "invalid environment variable: "),
            bad("-e, --env", "=x", "invalid environment variable: =x"),
            bad("-l, --label", "=x", "invalid label '=x': empty name"),
            bad("--sysctl", "a", "sysctl 'a' is not allowed"),
            bad("--sysctl", "kernel.hostname=x", "sysctl 'kernel.hostname=x' is not allowed"),
            bad("--mount", "a", "invalid field 'a' must be a key=value pair"),
            bad("--mount", "", "EOF"),
            bad("--mount", "type=bind,src=/a", "target is required"),
            bad("--mount", "type=bind,src=/a,dst=/b,foo=c", "unexpected key 'foo' in 'foo=c'"),
            bad("--mount", "type=bind,src=/a,dst=/b,readonly=c", "invalid value for readonly: c"),
            bad("--mount", "type=bind,src=/a,dst=/b,ro=", "invalid value for ro: "),
            bad(
                    "--mount",
                    "type=bind,src=/a,dst=/b,tmpfs-size=5",
                    "cannot mix 'tmpfs-*' options with mount type 'bind'"),
            bad("--mount", "type=tmpfs,dst=/b,tmpfs-mode=9", "invalid value for tmpfs-mode: 9"),
            bad("--mount", "type=tmpfs,dst=/b,tmpfs-size=9x", "invalid value for tmpfs-size: 9x"),
            bad(
                    "--mount",
                    "type=bind,src=/a,dst=/b,bind-recursive=c",
                    "invalid value for bind-recursive: c (must be \"enabled\", \"disabled\", \"writable\", or"
                            + " \"readonly\")"),
            bad(
                    "--mount",
                    "type=bind,src=/a,dst=/b,bind-recursive=readonly",
                    "option 'bind-recursive=readonly' requires 'readonly' to be specified in conjunction"),
            bad(
                    "--mount",
                    "type=bind,\"src=/a,b",
                    "parse error on line 1, column 20: extraneous or missing \" in quoted-field"));

    private static Wrong wrong(String message, String... words) {
        return new Wrong(List.of(words), message);
    }

    private static Wrong bad(String spelling, String value, String reason) {
        String name = spelling.substring(spelling.indexOf("--"));
        return wrong(
                "invalid argument " + Strconv.quote(value) + " for \"" + spelling + "\" flag: " + reason, name, value);
    }

    private static String switchValue(String value, String spelling) {
        return "invalid argument " + value + " for \"" + spelling + "\" flag: strconv.ParseBool: parsing " + value
                + ": invalid syntax";
    }

    static List<Wrong> wrong() {
        return WRONG;
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aWrongCommandLineIsRefusedInDockersWords(Wrong wrong) {
        UsageException e = catchThrowableOfType(
                UsageException.class,
                () -> CommandLine.parse(RunFlags.ALL, CommandLine.Order.FLAGS_FIRST, wrong.words()));

        assertThat(e.message()).isEqualTo(wrong.message());
        assertThat(e.status()).isEqualTo(125);
    }

    @Test
    void theWordsAreReallyDockers() throws IOException, InterruptedException {
        assumeTrue(dockerIsInstalled(), "the docker client is not installed");
        for (Wrong wrong : WRONG) {
            List<String> command = new ArrayList<>(List.of("docker", "run"));
            command.addAll(wrong.words());
            String said = output(command).replace("\n\nUsage:", "\0");
            // Docker prints a line break as it is.
            assertThat(said.substring(0, Math.max(0, said.indexOf('\0'))).replace("'\n'", "'\\n'"))
                    .as(wrong.toString())
                    .isEqualTo(wrong.message());
        }
    }

    private static boolean dockerIsInstalled() throws InterruptedException {
        try {
            return output(List.of("docker", "--version")).contains("Docker version 28.");
        } catch (IOException e) {
            return false;
        }
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("DOCKER_HOST", "unix:///nonexistent/docker.sock");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }
}
