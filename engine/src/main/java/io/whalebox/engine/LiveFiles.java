package io.whalebox.engine;

import io.whalebox.linux.RawText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Those of a container's {@link HostFiles} that change while it runs. */
record LiveFiles(Path directory) {
    /** Changes lines of the file that names hosts; the container's root may have changed others. */
    void changeHosts(Consumer<List<String>> change) {
        List<String> lines = new ArrayList<>(read("hosts").lines().toList());
        List<String> before = List.copyOf(lines);
        change.accept(lines);
        if (!lines.equals(before)) {
            write("hosts", String.join("\n", lines) + "\n");
        }
    }

    /** Says whom names are to be asked of, unless somebody in the container has said otherwise. */
    void changeResolvConf(String before, String after) {
        if (!before.equals(after) && read("resolv.conf").equals(before)) {
            write("resolv.conf", after);
        }
    }

    private String read(String name) {
        try {
            return RawText.of(Files.readAllBytes(directory.resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In place: it is mounted in the container, which would go on seeing a file that was replaced. */
    private void write(String name, String content) {
        try {
            Files.write(
                    directory.resolve(name),
                    RawText.bytes(content),
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
