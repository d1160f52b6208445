package io.whalebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whalebox.image.BusyboxImage;
import io.whalebox.image.Reference;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Fd;
import io.whalebox.linux.OpenFlags;
import io.whalebox.linux.Processes;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.network.NetworkSpec;
import io.whalebox.runtime.LaunchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers of the public API, from their specification to their end. */
@Tag("cgroup2")
class EngineTest {
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    @TempDir
    Path directory;

    private Engine engine;

    @BeforeEach
    void openAnEngineWithAnImage() {
        assumeTrue(Processes.effectiveUser() == 0, "making containers needs root");
        assumeTrue(Files.exists(BUSYBOX), "needs busybox-static");
        engine = Engine.open(new Home(directory.resolve("root"), directory.resolve("run")));
        new BusyboxImage(engine.images(), BUSYBOX).assemble(Reference.parse("busybox"));
    }

    @AfterEach
    void close() {
        if (engine != null) {
            engine.close();
        }
    }

    @Test
    void aProgramRunsToItsEndAndNothingIsLeft() throws IOException {
        assertThat(run(busybox("sh", "-c", "echo out; exit 7").autoRemove(true)))
                .isEqualTo("7: out\n");

        assertThat(engine.containers()).isEmpty();
        assertThat(files(directory.resolve("root/containers"))).isEmpty();
        assertThat(files(directory.resolve("root/names"))).isEmpty();
        assertThat(files(directory.resolve("run/owned"))).isEmpty();
    }

    @Test
    void aContainerThatIsKeptIsWrittenDown() throws IOException {
        run(busybox("sh", "-c", "echo x > /made; exit 3").name("kept"));

        ContainerRecord kept = engine.find("kept");
        assertThat(kept.exitStatus()).isEqualTo(3);
        assertThat(engine.isRunning(kept)).isFalse();
        assertThat(engine.find(kept.id().substring(0, 12))).isEqualTo(kept);
        assertThat(directory.resolve("root/containers").resolve(kept.id()).resolve("upper/made"))
                .hasContent("x\n");
        engine.remove(kept, false);
        assertThatThrownBy(() -> engine.find("kept")).hasMessage("No such container: kept");
        assertThatThrownBy(() -> engine.find("")).hasMessage("invalid container name or ID: value is empty");
    }

    @Test
    void aNameIsGivenOnce() throws IOException {
        run(busybox("true").name("one"));

        assertThatThrownBy(() -> run(busybox("true").name("one")))
                .isInstanceOf(WhaleboxException.class)
                .hasMessageStartingWith("Conflict. The container name \"/one\" is already in use by container \""
                        + engine.find("one").id())
                .extracting(e -> ((WhaleboxException) e).kind())
                .isEqualTo(ErrorKind.CONFLICT);
        assertThat(engine.containers()).hasSize(1);
    }

    @Test
    void nothingIsLeftOfAContainerThatCouldNotStart() throws IOException {
        assertThatThrownBy(() -> run(busybox("nonesuch").autoRemove(true))).isInstanceOf(LaunchException.class);

        assertThat(files(directory.resolve("root/containers"))).isEmpty();
        assertThat(files(directory.resolve("root/names"))).isEmpty();
        assertThat(files(directory.resolve("run/owned"))).isEmpty();
    }

    @Test
    void anExplanationMakesNothing() throws IOException {
        String explanation =
                engine.explain(busybox("sh").name("explained").build()).print();

        assertThat(explanation)
                .contains("mount the overlay")
                .contains("execve(")
                .contains("(personality) goto");
        assertThat(files(directory.resolve("root/containers"))).isEmpty();
        assertThat(files(directory.resolve("root/names"))).isEmpty();
    }

    @Test
    void aContainerWhoseHolderLetsGoIsEnded() {
        try (Streams streams = Streams.none();
                RunningContainer container =
                        engine.run(busybox("sleep", "1000").name("held").build(), streams)) {
            assertThat(engine.isRunning(engine.find("held"))).isTrue();
            assertThat(container.cgroup().processes()).isNotEmpty();
        }

        assertThat(engine.find("held").exitStatus()).isEqualTo(137);
    }

    @Test
    void whatAContainerWritesNoOtherSees() throws IOException {
        run(busybox("sh", "-c", "echo changed > /etc/passwd; cat /etc/passwd").name("first"));

        assertThat(run(busybox("cat", "/etc/passwd"))).startsWith("0: root:x:0:0");
    }

    private ContainerSpecBuilder busybox(String... command) {
        return ContainerSpec.of("busybox").network(NetworkSpec.NONE).command(command);
    }

    /** The exit status and what the program wrote. */
    private String run(ContainerSpecBuilder spec) throws IOException {
        Path output = directory.resolve("output");
        int write = OpenFlags.O_CREAT | OpenFlags.O_TRUNC | OpenFlags.O_WRONLY;
        try (Streams streams = new Streams(
                        Fd.open("/dev/null", OpenFlags.O_RDONLY),
                        Fd.open(output.toString(), write, 0600),
                        Fd.open("/dev/null", OpenFlags.O_WRONLY));
                RunningContainer container = engine.run(spec.build(), streams)) {
            int status = container.await().exitStatus();
            return status + ": " + Files.readString(output);
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
