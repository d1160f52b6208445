package io.whalebox.image.registry;

import io.whalebox.image.registry.HostSettings.ClientKey;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How this machine's registries are to be reached. Whalebox's own files come first, then Docker's:
 *
 * <pre>
 *   /etc/whalebox/registries.toml        mirrors, insecure registries, certificates ({@link RegistriesFile})
 *   /etc/whalebox/certs.d/HOST/          *.crt: authorities; X.cert and X.key: the client's own
 *   /etc/docker/certs.d/HOST/            the same
 *   /etc/docker/daemon.json              registry-mirrors (of Docker's registry), insecure-registries
 * </pre>
 */
final class RegistrySettings {
    /** The variable that names another directory than {@code /etc/whalebox}. */
    static final String DIRECTORY_VARIABLE = "WHALEBOX_CONFIG";

    static final String DOCKER = "docker.io";

    private final List<Path> certificates;
    private final RegistriesFile own;
    private final DaemonFile docker;
    private final Optional<String> insecure;

    private RegistrySettings(
            List<Path> certificates, RegistriesFile own, DaemonFile docker, Optional<String> insecure) {
        this.certificates = certificates;
        this.own = own;
        this.docker = docker;
        this.insecure = insecure;
    }

    private RegistrySettings(Path whalebox, Path dockerDirectory) {
        insecure = Optional.empty();
        certificates = List.of(whalebox.resolve("certs.d"), dockerDirectory.resolve("certs.d"));
        own = RegistriesFile.read(whalebox.resolve("registries.toml"));
        docker = DaemonFile.read(dockerDirectory.resolve("daemon.json"));
    }

    /** Reads the files of this machine. */
    static RegistrySettings of(Map<String, String> environment) {
        return of(Path.of(environment.getOrDefault(DIRECTORY_VARIABLE, "/etc/whalebox")), Path.of("/etc/docker"));
    }

    /** Reads the files of these directories; none has to be there. */
    static RegistrySettings of(Path whalebox, Path docker) {
        return new RegistrySettings(whalebox, docker);
    }

    /** The same with one registry declared insecure. */
    RegistrySettings withInsecure(String host) {
        return new RegistrySettings(certificates, own, docker, Optional.of(host));
    }

    /**
     * What holds for a registry.
     *
     * @param host as references name it, with its port if it has one
     */
    HostSettings of(String host) {
        RegistriesFile.Entry entry = own.of(host);
        List<Path> authorities = new ArrayList<>(entry.authority().stream().toList());
        Optional<ClientKey> client = entry.client();
        for (Path directory : certificates) {
            authorities.addAll(files(directory.resolve(host), "*.crt"));
            if (client.isEmpty()) {
                client = clientKey(directory.resolve(host));
            }
        }
        List<URI> mirrors = new ArrayList<>(entry.mirrors());
        if (host.equals(DOCKER)) {
            mirrors.addAll(docker.mirrors());
        }
        boolean unverified =
                insecure.equals(Optional.of(host)) || entry.insecure().orElseGet(() -> docker.isInsecure(host));
        return new HostSettings(unverified, mirrors, authorities, client);
    }

    private static Optional<ClientKey> clientKey(Path directory) {
        for (Path certificate : files(directory, "*.cert")) {
            String name = String.valueOf(certificate.getFileName());
            Path key = directory.resolve(name.substring(0, name.length() - "cert".length()) + "key");
            if (!Files.exists(key)) {
                throw new WhaleboxException(
                        ErrorKind.PRECONDITION,
                        "missing key " + key + " for client certificate " + certificate
                                + ": CA certificates must use the extension .crt");
            }
            return Optional.of(new ClientKey(certificate, key));
        }
        return Optional.empty();
    }

    private static List<Path> files(Path directory, String pattern) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, pattern)) {
            found.forEach(files::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files.stream().sorted().toList();
    }

    /** Reads a file of settings, if it is there. */
    static Optional<byte[]> bytes(Path file) {
        try {
            return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        } catch (IOException e) {
            throw new WhaleboxException(ErrorKind.DENIED, "cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** The address of a mirror: where a registry is, and nothing else. */
    static URI mirror(String text, Path file) {
        try {
            URI uri = URI.create(text);
            boolean known = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            boolean bare = uri.getRawPath().isEmpty() || uri.getRawPath().equals("/");
            if (known && uri.getHost() != null && bare && uri.getRawQuery() == null && uri.getRawUserInfo() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw invalidMirror(text, file, e);
        }
        throw invalidMirror(text, file, new IllegalArgumentException(text));
    }

    private static WhaleboxException invalidMirror(String text, Path file, Exception cause) {
        return new WhaleboxException(
                ErrorKind.INVALID,
                file + " has the invalid mirror \"" + text + "\": expected http:// or https:// and a host",
                cause);
    }
}
