package io.whalebox.engine;

import io.whalebox.linux.Directory;
import io.whalebox.linux.FileName;
import io.whalebox.linux.RawText;
import io.whalebox.linux.RegularFile;
import io.whalebox.runtime.Spec;
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
record HostFiles(Path directory, String hostname, boolean hostNetwork, Spec.Isolation isolation) {
    private static final String HOSTS = """
            127.0.0.1	localhost
            ::1	localhost ip6-localhost ip6-loopback
            fe00::	ip6-localnet
            ff00::	ip6-mcastprefix
            ff02::1	ip6-allnodes
            ff02::2	ip6-allrouters
            """;

    /**
     * Writes them; the directory exists.
     *
     * @param network what the container has been given of networks
     */
    void write(NetworkEntry network) {
        write("hostname", RawText.bytes(hostname + "\n"));
        write("hosts", hosts(network));
        write("resolv.conf", resolvConf(network));
    }

    private byte[] hosts(NetworkEntry network) {
        if (network.shared().isPresent()) {
            return ofHost(network.shared().get().resolve("hosts").toString(), HOSTS);
        }
        if (hostNetwork) {
            return ofHost("/etc/hosts", HOSTS);
        }
        StringBuilder hosts = new StringBuilder(HOSTS);
        network.reservation()
                .ifPresent(it -> it.hosts().forEach(line -> hosts.append(line).append('\n')));
        network.links().forEach(line -> hosts.append(line).append('\n'));
        return RawText.bytes(hosts.toString());
    }

    private static byte[] resolvConf(NetworkEntry network) {
        return network.reservation()
                .map(it -> RawText.bytes(it.resolvConf()))
                .orElseGet(() -> ofHost(
                        network.shared()
                                .map(directory ->
                                        directory.resolve("resolv.conf").toString())
                                .orElse("/etc/resolv.conf"),
                        ""));
    }

    /** The container's root may change them, as in Docker. */
    private void write(String name, byte[] content) {
        try (Directory parent = Directory.open(directory.toString());
                RegularFile file = RegularFile.create(parent, FileName.of(name), 0644)) {
            file.fd().write(content);
            file.chown(isolation.hostUid(0), isolation.hostGid(0));
        }
    }

    /** As it is, whatever its encoding. */
    private static byte[] ofHost(String file, String otherwise) {
        try {
            return Files.readAllBytes(Path.of(file));
        } catch (NoSuchFileException e) {
            return RawText.bytes(otherwise);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
