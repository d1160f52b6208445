package io.whalebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.whalebox.engine.ContainerSpec.MountSpec;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Spec.Mount;
import io.whalebox.runtime.Spec.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserMountsTest {
    @TempDir
    Path host;

    private static List<Mount> resolve(List<MountSpec> mounts) {
        return UserMounts.resolve(
                mounts,
                volume -> new Mount(volume.target(), "bind", "/volumes/" + volume.name(), List.of(), Shape.DIRECTORY));
    }

    @Test
    void aFileIsMountedOnAFileAndADirectoryOnADirectory() throws IOException {
        Path file = Files.createFile(host.resolve("file"));

        List<Mount> mounts = resolve(List.of(bind(file, "/a", false), bind(host, "/b", true)));

        assertThat(mounts)
                .containsExactly(
                        new Mount("/a", "bind", file.toString(), List.of("rbind", "rprivate"), Shape.FILE),
                        new Mount("/b", "bind", host.toString(), List.of("rbind", "rprivate", "rro"), Shape.DIRECTORY));
    }

    @Test
    void aMountComesAfterThoseThatItLiesIn() {
        List<Mount> mounts = resolve(
                List.of(bind(host, "/a/b/c", false), bind(host, "/a", false), new MountSpec.Tmpfs("/a/b", List.of())));

        assertThat(mounts).extracting(Mount::destination).containsExactly("/a", "/a/b", "/a/b/c");
    }

    @Test
    void aMissingSourceIsAnErrorUnlessItIsToBeMade() {
        Path missing = host.resolve("missing");

        assertThatThrownBy(() -> resolve(List.of(bind(missing, "/a", false))))
                .isInstanceOf(WhaleboxException.class)
                .hasMessageContaining("bind source path does not exist: " + missing);
        MountSpec made =
                new MountSpec.Bind(missing.toString(), "/a", MountSpec.Access.READ_WRITE, "rprivate", true, true);
        assertThat(resolve(List.of(made)).getFirst().shape()).isEqualTo(Shape.DIRECTORY);
        assertThat(missing).doesNotExist();
        UserMounts.createSources(List.of(made));
        assertThat(missing).isDirectory();
    }

    @Test
    void theRootItselfRelativeTargetsAndDuplicatesAreRefused() {
        assertThatThrownBy(() -> resolve(List.of(bind(host, "/", false))))
                .hasMessageContaining("destination can't be '/'");
        assertThatThrownBy(() -> resolve(List.of(bind(host, "/a/..", false))))
                .hasMessageContaining("destination can't be '/'");
        assertThatThrownBy(() -> resolve(List.of(bind(host, "a", false))))
                .hasMessageContaining("mount path must be absolute");
        assertThatThrownBy(() -> resolve(List.of(bind(host, "/a", false), bind(host, "/a/", false))))
                .hasMessage("Duplicate mount point: /a");
    }

    private static MountSpec bind(Path source, String target, boolean readOnly) {
        return new MountSpec.Bind(
                source.toString(),
                target,
                readOnly ? MountSpec.Access.READ_ONLY : MountSpec.Access.READ_WRITE,
                "rprivate",
                true,
                false);
    }
}
