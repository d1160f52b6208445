package io.whalebox.engine;

import io.whalebox.runtime.Spec.Mount;
import io.whalebox.runtime.Spec.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The files below {@code /etc} that tell a container who and where it is. They are the engine's, not the image's, and
 * are mounted over whatever the image has there.
 */
record HostFiles(Path directory, String hostname, boolean hostNetwork) {
    private static final String HOSTS = """
            127.0.0.1	localhost
            ::1	localhost ip6-localhost ip6-loopback
            fe00::	ip6-localnet
            ff00::	ip6-mcastprefix
            ff02::1	ip6-allnodes
            ff02::2	ip6-allrouters
            """;

    /** Writes them; the directory exists. */
    void write() {
        try {
            Files.writeString(directory.resolve("hostname"), hostname + "\n");
            Files.writeString(directory.resolve("hosts"), hostNetwork ? hosts("/etc/hosts", HOSTS) : HOSTS);
            Files.writeString(directory.resolve("resolv.conf"), hosts("/etc/resolv.conf", ""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hosts(String file, String otherwise) throws IOException {
        try {
            return Files.readString(Path.of(file));
        } catch (NoSuchFileException e) {
            return otherwise;
        }
    }

    /** Their mounts. */
    List<Mount> mounts() {
        return List.of(mount("resolv.conf"), mount("hostname"), mount("hosts"));
    }

    private Mount mount(String name) {
        return new Mount(
                "/etc/" + name, "bind", directory.resolve(name).toString(), List.of("bind", "rprivate"), Shape.FILE);
    }
}
