package io.whalebox.runtime.seccomp;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reference data of the field's specifications, which lies beside the repository where it is at hand: the environment
 * variable {@code WHALEBOX_SHARED} names the folder, else it is {@code shared} beside the repository or further up.
 */
final class SharedData {
    private SharedData() {}

    /** A file below {@code data}; the test that asks is skipped where there is none. */
    static Path file(String name) {
        Optional<Path> found = folders()
                .map(folder -> folder.resolve("data").resolve(name))
                .filter(Files::exists)
                .findFirst();
        assumeTrue(found.isPresent(), "the reference data " + name + " are not at hand");
        return found.orElseThrow();
    }

    private static Stream<Path> folders() {
        Optional<String> named = Optional.ofNullable(System.getenv("WHALEBOX_SHARED"));
        Path root = Path.of(System.getProperty("whalebox.root", ""))
                .toAbsolutePath()
                .normalize();
        return Stream.concat(
                named.map(Path::of).stream(),
                Stream.iterate(root, path -> path.getParent() != null, Path::getParent)
                        .map(path -> path.resolveSibling("shared")));
    }
}
