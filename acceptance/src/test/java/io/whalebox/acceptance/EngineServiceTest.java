package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine as a process: how it comes, and when it leaves. */
@EndToEnd
class EngineServiceTest {
    private static final Path ACTIVATOR = Path.of("/usr/bin/systemd-socket-activate");

    private Whalebox whalebox;

    @TempDir
    private Path elsewhere;

    @BeforeEach
    void begin() {
        whalebox = Whalebox.withEngineOfItsOwn();
    }

    @AfterEach
    void end() {
        whalebox.close();
    }

    private static void awaitEnd(long process) {
        Eventually.await(() -> ProcessHandle.of(process).isEmpty());
    }

    @Test
    void theFirstCommandStartsItAndTheNextFindIt() {
        whalebox.command("engine", "status").run().endedWith(1);

        whalebox.command("version").run().successful();

        long first = whalebox.engine();
        whalebox.command("version").run().successful();
        assertThat(whalebox.engine()).isEqualTo(first);
    }

    @Test
    void itLeavesWhenItsSocketIsRemoved() throws IOException {
        whalebox.command("version").run().successful();
        long engine = whalebox.engine();

        Files.delete(whalebox.runDirectory().resolve("engine.sock"));

        awaitEnd(engine);
    }

    @Test
    void itMakesWayForAnotherBuild() {
        whalebox.command("version").run().successful();
        long old = whalebox.engine();
        Path build = elsewhere.resolve("build");
        Command.of("cp", "-rL", Project.ROOT.resolve("build/current").toString(), build.toString())
                .run()
                .successful();
        Command.of(
                        "sed",
                        "-i",
                        "s#^-Dwhalebox.build=.*#-Dwhalebox.build=" + build + "#",
                        build.resolve("engine").toString())
                .run()
                .successful();

        Command.of(build.resolve("client").toString(), "version")
                .environment("WHALEBOX_ROOT", whalebox.store().toString())
                .environment("WHALEBOX_RUN", whalebox.runDirectory().toString())
                .run()
                .successful();

        awaitEnd(old);
    }

    @Test
    void aStoreOfAnotherEngineIsRefused() {
        whalebox.command("version").run().successful();

        whalebox.command("images")
                .environment("WHALEBOX_ROOT", elsewhere.toString())
                .run()
                .refused(1, "serves the store", "set WHALEBOX_RUN");
    }

    @Test
    void whyItDoesNotStartIsSaid() throws IOException {
        Files.createDirectories(whalebox.store().getParent());
        Files.writeString(whalebox.store(), "not a directory");

        Command.Result result = whalebox.command("images").run();

        result.endedWith(125);
        assertThat(result.complaint()).startsWith("whalebox: the engine did not start: ");
        Files.delete(whalebox.store());
    }

    @Test
    void aServiceManagersSocketOutlivesIt() throws IOException {
        assumeTrue(Files.isExecutable(ACTIVATOR), "needs systemd-socket-activate, of Debian's package systemd");
        Files.createDirectories(whalebox.runDirectory());
        Path socket = whalebox.runDirectory().resolve("engine.sock");
        Command manager = Command.of(
                        ACTIVATOR.toString(),
                        "--seqpacket",
                        "--listen=" + socket,
                        "-E",
                        "WHALEBOX_ROOT",
                        "-E",
                        "WHALEBOX_RUN",
                        Project.ROOT.resolve("build/current/client").toString(),
                        "engine",
                        "serve")
                .environment("WHALEBOX_ROOT", whalebox.store().toString())
                .environment("WHALEBOX_RUN", whalebox.runDirectory().toString());
        try (Command.Running running = manager.start()) {
            Eventually.await(() -> Files.exists(socket));

            // It becomes the engine when the first client knocks.
            assertThat(whalebox.engine()).isEqualTo(running.pid());

            whalebox.command("engine", "stop").run().successful();
            running.end().successful();
            assertThat(socket).exists();
        }
        Files.delete(socket);
    }
}
