package io.whalebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnershipTest {
    @TempDir
    Path marks;

    @Test
    void aMarkKeepsOthersFromTakingOver() {
        Ownership ownership = new Ownership(marks);
        try (Ownership.Mark _ = ownership.take("a")) {
            assertThat(ownership.isOwned("a")).isTrue();
            assertThat(new Ownership(marks).abandoned()).isEmpty();
        }
        assertThat(ownership.isOwned("a")).isFalse();
        assertThat(marks).isEmptyDirectory();
    }

    @Test
    void theMarkOfAKilledProcessIsTakenOver() throws IOException, InterruptedException {
        Process owner = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        marks.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        assertThat(owner.getInputStream().read()).isEqualTo('.');
        Ownership ownership = new Ownership(marks);
        assertThat(ownership.isOwned("theirs")).isTrue();

        owner.destroyForcibly().waitFor();

        assertThat(ownership.isOwned("theirs")).isFalse();
        List<Ownership.Mark> abandoned = ownership.abandoned();
        assertThat(abandoned).extracting(Ownership.Mark::id).containsExactly("theirs");
        abandoned.forEach(Ownership.Mark::close);
        assertThat(marks).isEmptyDirectory();
    }

    @Test
    void whatSomebodyPutIntoAMarkGoesWithIt() throws IOException {
        Ownership ownership = new Ownership(marks);
        try (Ownership.Mark _ = ownership.take("a")) {
            Files.writeString(marks.resolve("a/file"), "by mistake");
        }
        assertThat(marks).isEmptyDirectory();
    }

    /** A process that owns a container until it is killed. */
    static final class Owner {
        private Owner() {}

        public static void main(String[] args) throws IOException {
            Ownership.Mark mark = new Ownership(Path.of(args[0])).take("theirs");
            System.out.print('.');
            System.out.flush();
            System.in.read();
            mark.close();
        }
    }

    @Test
    void aHomeIsWhereTheEnvironmentSays() throws IOException {
        Home home = Home.of(Map.of("WHALEBOX_ROOT", marks + "/root/../root", "WHALEBOX_RUN", marks + "/run"));

        assertThat(home.container("ID")).isEqualTo(marks.resolve("root/containers/ID"));
        assertThat(Files.exists(home.root())).isFalse();
        assertThat(Home.of(Map.of()).root()).isEqualTo(Path.of("/var/lib/whalebox"));
    }
}
