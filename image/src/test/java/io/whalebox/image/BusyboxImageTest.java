package io.whalebox.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BusyboxImageTest {
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final Reference NAME = Reference.parse("busybox");

    @TempDir
    Path directory;

    @Test
    void isWhatDockersIs() throws IOException {
        assumeTrue(Files.isExecutable(BUSYBOX), "busybox-static is not installed");
        try (TestStore store = new TestStore(directory)) {
            Image image = new BusyboxImage(store.images, BUSYBOX).assemble(NAME);

            assertThat(store.names()).containsExactly("busybox:latest");
            assertThat(image.config().config().cmd()).containsExactly("sh");
            assertThat(image.config().config().env())
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("PATH=");
            Path root = store.images.layers(image).getFirst().directory();
            assertThat(root.resolve("bin/busybox")).hasSameBinaryContentAs(BUSYBOX);
            assertThat(Files.getAttribute(root.resolve("bin/sh"), "unix:ino"))
                    .isEqualTo(Files.getAttribute(root.resolve("bin/busybox"), "unix:ino"));
            assertThat(root.resolve("bin/[")).isExecutable();
            assertThat(Files.getAttribute(root.resolve("tmp"), "unix:mode")).isEqualTo(041777);
            assertThat(root.resolve("etc/passwd")).content().startsWith("root:x:0:0:root:/root:/bin/sh\n");
            assertThat(root.resolve("usr/bin/env")).isSymbolicLink();
            assertThat(Files.getLastModifiedTime(root.resolve("etc"), LinkOption.NOFOLLOW_LINKS))
                    .isEqualTo(FileTime.from(Instant.parse("2026-01-01T00:00:00Z")));
        }
    }

    @Test
    void isTheSameImageFromTheSameProgram() throws IOException {
        assumeTrue(Files.isExecutable(BUSYBOX), "busybox-static is not installed");
        Path copy = Files.copy(BUSYBOX, directory.resolve("busybox"));
        assertThat(copy.toFile().setExecutable(true)).isTrue();
        try (TestStore one = new TestStore(directory.resolve("one"));
                TestStore two = new TestStore(directory.resolve("two"))) {
            Image first = new BusyboxImage(one.images, BUSYBOX).assemble(NAME);

            assertThat(new BusyboxImage(two.images, copy).assemble(NAME)).isEqualTo(first);
            assertThat(new BusyboxImage(one.images, BUSYBOX).assemble(NAME)).isEqualTo(first);
            assertThat(one.images.list()).hasSize(1);
        }
    }

    @Test
    void aProgramThatWouldNotRunInItIsRefused() throws IOException {
        try (TestStore store = new TestStore(directory.resolve("store"))) {
            assertThatThrownBy(() -> new BusyboxImage(store.images, directory.resolve("none")).assemble(NAME))
                    .isInstanceOfSatisfying(
                            WhaleboxException.class, e -> assertThat(e.kind()).isEqualTo(ErrorKind.NOT_FOUND));
            assertThatThrownBy(() -> new BusyboxImage(store.images, Path.of("/bin/bash")).assemble(NAME))
                    .hasMessageEndingWith("it is linked with libraries: install the package busybox-static");
            Path script = Files.writeString(directory.resolve("script"), "#!/bin/sh\n");
            assertThatThrownBy(() -> new BusyboxImage(store.images, script).assemble(NAME))
                    .hasMessageEndingWith("it is no program: install the package busybox-static");
            assertThat(store.everything()).isEmpty();
        }
    }
}
