package io.whalebox.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whalebox.engine.Engine;
import io.whalebox.engine.Home;
import io.whalebox.image.BusyboxImage;
import io.whalebox.image.Reference;
import io.whalebox.linux.Processes;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples print what {@code examples/README.md} says they do; {@code …} there stands for anything. */
class ExamplesTest {
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    @TempDir
    Path directory;

    @BeforeEach
    void needsRoot() {
        assumeTrue(Processes.effectiveUser() == 0, "making containers needs root");
        assumeTrue(Files.exists(BUSYBOX), "needs busybox-static");
    }

    @Test
    void aShellInNamespacesOfItsOwn() throws Exception {
        assertThat(run(NamespaceShell.class)).matches(transcript("NamespaceShell"));
    }

    @Test
    void aMemoryLimitOnATreeOfProcesses() throws Exception {
        try (Engine engine = Engine.open(home())) {
            new BusyboxImage(engine.images(), BUSYBOX).assemble(Reference.parse("busybox"));
        }
        assertThat(run(MemoryLimit.class)).matches(transcript("MemoryLimit"));
    }

    @Test
    void fourLayersAndAChange() throws Exception {
        assertThat(run(Layers.class)).matches(transcript("Layers"));
    }

    @Test
    void aContainerFromATar() throws Exception {
        Path root = directory.resolve("tree");
        Files.createDirectories(root.resolve("bin"));
        Files.createDirectories(root.resolve("etc"));
        Files.copy(BUSYBOX, root.resolve("bin/sh"));
        Files.createLink(root.resolve("bin/cat"), root.resolve("bin/sh"));
        Files.writeString(root.resolve("etc/greeting"), "a tar\n");
        Path tar = directory.resolve("root.tar.gz");
        new ProcessBuilder("tar", "-C", root.toString(), "-czf", tar.toString(), ".")
                .inheritIO()
                .start()
                .waitFor();

        assertThat(run(FromTar.class, tar.toString())).matches(transcript("FromTar"));
    }

    private Home home() {
        return new Home(directory.resolve("root"), directory.resolve("run"));
    }

    private String run(Class<?> example, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                example.getName()));
        command.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
        builder.environment().put(Home.ROOT_VARIABLE, home().root().toString());
        builder.environment().put(Home.RUN_VARIABLE, home().run().toString());
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static Pattern transcript(String example) throws IOException {
        Path readme = Path.of(System.getProperty("whalebox.root"), "examples", "README.md");
        String section = Files.readString(readme).split("## " + example + "\n", 2)[1];
        String text = section.split("```text\n", 2)[1].split("```", 2)[0];
        List<String> parts = new ArrayList<>();
        for (String literal : text.split("…", -1)) {
            parts.add(Pattern.quote(literal));
        }
        return Pattern.compile(String.join("[^\n]*", parts));
    }
}
