package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command at a terminal, which script(1) gives it. */
@EndToEnd
class TerminalTest {
    private static Whalebox whalebox;

    @TempDir
    Path directory;

    @BeforeAll
    static void begin() {
        whalebox = Whalebox.withEngineOfItsOwn();
    }

    @AfterAll
    static void end() {
        whalebox.close();
    }

    /** The shell's words for {@code whalebox run --rm ARGUMENT…}. */
    private String container(String... arguments) {
        return whalebox.container(arguments).words().stream()
                .map(TerminalTest::quoted)
                .collect(Collectors.joining(" "));
    }

    /** One word of a shell's. */
    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /** Runs a script at a new terminal, typing what is given. */
    private Command atTerminal(String script) {
        return atTerminal(script, Path.of("/dev/null"));
    }

    /** The same, with everything that is shown written to a file at once. */
    private Command atTerminal(String script, Path screen) {
        return Command.of("script", "--quiet", "--return", "--flush", "--command", script, screen.toString())
                .environment("WHALEBOX_ROOT", whalebox.store().toString())
                .environment("WHALEBOX_RUN", whalebox.runDirectory().toString())
                .environment("SHELL", "/bin/bash");
    }

    private String output(String script) {
        // What script(1) shows when its own input ends is not the program's.
        return atTerminal(script)
                .run()
                .successful()
                .text()
                .replace("\r", "")
                .replace("^@", "")
                .strip();
    }

    @Test
    void theProgramHasATerminalOfItsOwn() {
        assertThat(output(container("-t", "busybox", "tty"))).isEqualTo("/dev/pts/0");
        assertThat(output(container("-ti", "busybox", "sh", "-c", "[ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo all")))
                .isEqualTo("all");
    }

    @Test
    void aTerminalIsThereWithoutOneOutsideToo() {
        assertThat(whalebox.run("-t", "busybox", "tty").successful().text().strip())
                .isEqualTo("/dev/pts/0");
    }

    @Test
    void minusTiWithoutATerminalIsRefused() {
        whalebox.run("-ti", "busybox", "true").refused(1, "the input device is not a TTY");
    }

    @Test
    void theTerminalHasTheSizeOfTheUsers() {
        assertThat(output("stty rows 33 cols 77; " + container("-ti", "busybox", "stty", "size")))
                .isEqualTo("33 77");
    }

    @Test
    void theTerminalFollowsTheUsersSize() throws IOException {
        Path size = Files.createFile(directory.resolve("size"));
        String waiting = "trap 'stty size >/out/size; exit' WINCH; echo ready >/out/ready; while :; do sleep 0.1; done";
        String script = "(until [ -e " + directory + "/ready ]; do sleep 0.1; done; stty rows 41 cols 99 </dev/tty) & "
                + container("-ti", "--name=sized", "-v", directory + ":/out", "busybox", "sh", "-c", waiting);
        output(script);
        assertThat(size).hasContent("41 99\n");
        assertThat(whalebox.events(
                                "{{.Actor.Attributes.height}} {{.Actor.Attributes.width}}",
                                "container=sized",
                                "event=resize")
                        .lines())
                .endsWith("41 99");
    }

    @Test
    void theUsersTerminalIsAsItWasAfterwards() {
        String script = "stty -a >" + directory + "/before; " + container("-ti", "busybox", "true") + "; stty -a >"
                + directory + "/after";
        output(script);
        assertThat(directory.resolve("after")).hasSameTextualContentAs(directory.resolve("before"));
    }

    @Test
    void theUsersTerminalIsAsItWasAfterTheContainerIsKilled() {
        String script = "stty -a >" + directory + "/before; "
                + container("-ti", "--init", "busybox", "sh", "-c", "kill -9 $$") + "; echo status $?; stty -a >"
                + directory + "/after";
        assertThat(output(script)).contains("status 137");
        assertThat(directory.resolve("after")).hasSameTextualContentAs(directory.resolve("before"));
    }

    /**
     * A command's own process cannot put the terminal back when it is killed; who started it does. What becomes of a
     * session when an engine that stays is killed, {@link ContainerLifeTest} shows.
     */
    @Test
    void theUsersTerminalIsAsItWasAfterItsProcessIsKilled() {
        String killing = "until [ -e " + directory + "/ready ]; do sleep 0.1; done; for p in /proc/[0-9]*; do"
                + " grep -qz '^WHALEBOX_ROOT=" + whalebox.store() + "' $p/environ && [ $(cat $p/comm) = java ]"
                + " && kill -9 ${p#/proc/}; done 2>/dev/null";
        String script = "export WHALEBOX_ENGINE=off; stty -a >" + directory + "/before; (" + killing + ") & "
                + container(
                        "-ti",
                        "-v",
                        directory + ":/out",
                        "busybox",
                        "sh",
                        "-c",
                        "stty -a >/out/inside; touch /out/ready; sleep 1000")
                + "; echo status $?; stty -a >" + directory + "/after";
        assertThat(output(script)).contains("status 125");
        assertThat(directory.resolve("inside")).exists();
        assertThat(directory.resolve("after")).hasSameTextualContentAs(directory.resolve("before"));
    }

    @Test
    void theExitStatusComesThroughTheTerminalToo() {
        atTerminal(container("-ti", "busybox", "sh", "-c", "exit 5")).run().endedWith(5);
    }

    @Test
    void whatIsTypedGoesToTheProgram() {
        assertThat(atTerminal(container("-ti", "busybox", "sh", "-c", "read line; echo got $line"))
                        .input("some words\n")
                        .run()
                        .successful()
                        .text())
                .contains("got some words");
    }

    /** The terminal inside turns the character into a signal; the one outside only passes it on. */
    @Test
    void controlCInterruptsTheProgramInside() {
        String inside = "trap 'echo interrupted; exit 9' INT; touch /out/ready; cat; echo not interrupted";
        String program = container("-ti", "-v", directory + ":/out", "busybox", "sh", "-c", inside);
        // Typed once the program is there to be interrupted.
        String typing = "until [ -e " + directory + "/ready ]; do sleep 0.1; done; printf '\\003'";
        Command terminal = atTerminal(program);
        Command.Result result = terminal.typedBy(typing).run();
        assertThat(result.text()).contains("interrupted").doesNotContain("not interrupted");
        assertThat(result.status()).isEqualTo(9);
    }

    /** Types keys into a program once it has drawn something: what comes before it has its terminal ready is lost. */
    private Command.Result typedInto(String program, String drawn, String keys) {
        Path screen = directory.resolve("screen");
        String typing = "until grep -q " + quoted(drawn) + " " + screen + " 2>/dev/null; do sleep 0.1; done; printf '"
                + keys + "'";
        // Where a terminal has no size, programs ask it for one, and take the next keys for its answer.
        String script = "stty rows 24 cols 80; "
                + container("-ti", "-v", directory + ":/out", "busybox", "sh", "-c", "exec " + program);
        return atTerminal(script, screen).typedBy(typing).run();
    }

    @Test
    void whoLeavesByTheKeysForItIsTold() {
        whalebox.command("run", "-d", "--name", "stays", "--network", "none", "busybox", "sleep", "1000")
                .run()
                .successful();
        for (String words : List.of("exec -ti stays sh", "run -ti --name left --network none busybox sh")) {
            Path screen = directory.resolve(words.substring(0, 3));
            String typing = "until grep -q '#' " + screen + " 2>/dev/null; do sleep 0.1; done; printf '\\020\\021'";
            String script = whalebox.command(words.split(" ")).words().stream()
                    .map(TerminalTest::quoted)
                    .collect(Collectors.joining(" "));
            atTerminal(script, screen).typedBy(typing).run().successful();
        }

        assertThat(whalebox.events("{{.Action}} {{.Actor.Attributes.name}}", "event=detach", "event=exec_detach")
                        .lines())
                .containsExactly("exec_detach stays", "detach left");
        whalebox.command("rm", "-f", "stays", "left").run().successful();
    }

    @Test
    void viEditsAFile() throws IOException {
        Path text = Files.writeString(directory.resolve("text"), "xhello from vi\n");
        // No Escape, which vi tells from an arrow key by how fast the next key comes.
        typedInto("vi /out/text", "hello from vi", "x:wq\\r").successful();
        assertThat(text).hasContent("hello from vi\n");
    }

    @Test
    void topShowsProcessesAndQuits() {
        assertThat(typedInto("top", "Mem:", "q").successful().text()).contains("Mem:", "CPU:", "COMMAND", "top");
    }

    @Test
    void loginAsksForWhatIsNotGiven() {
        Path screen = directory.resolve("screen");
        Path settings = directory.resolve("docker");
        try (LocalRegistry closed = new LocalRegistry(directory.resolve("closed"), true)) {
            String login = whalebox.command("login", closed.host()).words().stream()
                    .map(TerminalTest::quoted)
                    .collect(Collectors.joining(" "));
            String typing = "until grep -q 'Username: ' " + screen + " 2>/dev/null; do sleep 0.1; done; echo "
                    + LocalRegistry.USER + "; until grep -q 'Password: ' " + screen + "; do sleep 0.1; done; echo "
                    + LocalRegistry.PASSWORD;
            Command.Result result = atTerminal(
                            "stty -a >" + directory + "/before; " + login + "; stty -a >" + directory + "/after",
                            screen)
                    .environment("DOCKER_CONFIG", settings.toString())
                    .typedBy(typing)
                    .run()
                    .successful();
            assertThat(result.text()).contains("Login Succeeded").doesNotContain(LocalRegistry.PASSWORD);
            assertThat(settings.resolve("config.json")).content().contains(closed.host());
            assertThat(directory.resolve("after")).hasSameTextualContentAs(directory.resolve("before"));
        }
    }

    /** Ctrl-Z and fg at the user's own shell, of a container without a terminal: the command stops and goes on. */
    @Test
    void theUsersShellHasJobControlOverTheCommand() {
        String inside = "touch /out/ready; until [ -e /out/go ]; do sleep 0.1; done; echo went on; exit 3";
        String script = String.join(
                "\n",
                "set -m",
                container("-v", directory + ":/out", "busybox", "sh", "-c", inside) + " &",
                "until [ -e " + directory + "/ready ]; do sleep 0.1; done",
                "kill -TSTP %1",
                "until [ -n \"$(jobs -s)\" ]; do sleep 0.1; done",
                "echo stopped",
                "touch " + directory + "/go",
                "fg",
                "echo status $?");
        assertThat(output("bash -c " + quoted(script))).contains("stopped", "went on", "status 3");
    }

    @Test
    void aShellInsideHasJobControl() {
        String typed = "sleep 100 &\njobs\nkill %1\nexit\n";
        Command.Result result =
                atTerminal(container("-ti", "busybox", "sh")).input(typed).run();
        assertThat(result.text()).contains("Running").doesNotContain("can't access tty");
    }
}
