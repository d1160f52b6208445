package io.whalebox.image.registry;

import io.avaje.json.JsonException;
import io.avaje.jsonb.Jsonb;
import io.whalebox.image.Documents;
import io.whalebox.image.JsonFormats;
import io.whalebox.image.registry.Credentials.IdentityToken;
import io.whalebox.image.registry.Credentials.Password;
import io.whalebox.image.registry.Credentials.RegistryToken;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A user's credentials, where Docker keeps them: {@code config.json} in {@code $DOCKER_CONFIG} or {@code ~/.docker}, and
 * the helper programs that it names. Whatever else is in the file is left as it is.
 */
public final class DockerConfig {
    /** What Docker calls its own registry in this file, for reasons of history. */
    public static final String DOCKER_KEY = "https://index.docker.io/v1/";

    private static final String AUTHS = "auths";
    private static final Jsonb JSON = JsonFormats.make(json -> json);

    private final Path file;
    private final Map<String, String> environment;

    private DockerConfig(Path file, Map<String, String> environment) {
        this.file = file;
        this.environment = environment;
    }

    /** The one of a user with this environment; it is read when it is asked. */
    public static DockerConfig of(Map<String, String> environment) {
        String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
        Path directory = Optional.ofNullable(environment.get("DOCKER_CONFIG"))
                .filter(path -> !path.isEmpty())
                .map(Path::of)
                .orElseGet(() -> Path.of(home, ".docker"));
        return new DockerConfig(directory.resolve("config.json"), environment);
    }

    /** Where it lies. */
    public Path file() {
        return file;
    }

    /** How the file names a registry. */
    public static String key(String host) {
        return host.equals(RegistrySettings.DOCKER) ? DOCKER_KEY : host;
    }

    /** Whether a registry's credentials are kept by a helper program, and not in the file. */
    public boolean hasHelper(String host) {
        return helper(read(), host).isPresent();
    }

    /** What a user has for a registry. */
    public Credentials find(String host) {
        Map<String, Object> config = read();
        return helper(config, host)
                .flatMap(helper -> helper.get(key(host)))
                .or(() -> entry(config, host).map(entry -> credentials(entry, host)))
                .orElse(Credentials.NONE);
    }

    /** Keeps credentials of a registry, by its helper or in the file, which is then readable for nobody else. */
    public void put(String host, Credentials credentials) {
        Map<String, Object> config = read();
        Optional<CredentialProgram> helper = helper(config, host);
        Map<String, Object> entry = new LinkedHashMap<>();
        if (helper.isPresent()) {
            helper.get().store(key(host), credentials);
        } else {
            switch (credentials) {
                case Password(String user, String password) -> entry.put("auth", encode(user + ':' + password));
                case IdentityToken(String user, String token) -> {
                    entry.put("auth", encode(user + ':'));
                    entry.put("identitytoken", token);
                }
                case RegistryToken(String token) -> entry.put("registrytoken", token);
                case Credentials.Anonymous _ -> {}
            }
        }
        Map<String, Object> auths = new LinkedHashMap<>(object(config.get(AUTHS)));
        auths.put(key(host), entry);
        config.put(AUTHS, auths);
        write(config);
    }

    /** Forgets the credentials of a registry, wherever they are. */
    public void remove(String host) {
        Map<String, Object> config = read();
        helper(config, host).ifPresent(helper -> helper.erase(key(host)));
        Map<String, Object> auths = new LinkedHashMap<>(object(config.get(AUTHS)));
        if (auths.keySet().removeIf(key -> names(key, host))) {
            config.put(AUTHS, auths);
            write(config);
        }
    }

    private Optional<CredentialProgram> helper(Map<String, Object> config, String host) {
        Object own = object(config.get("credHelpers")).get(key(host));
        Object all = config.get("credsStore");
        return Optional.ofNullable(own == null ? all : own)
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .filter(name -> !name.isEmpty())
                .map(name -> new CredentialProgram(name, environment));
    }

    private static Optional<Map<String, Object>> entry(Map<String, Object> config, String host) {
        Map<String, Object> auths = object(config.get(AUTHS));
        return Optional.ofNullable(auths.get(key(host)))
                .or(() -> auths.entrySet().stream()
                        .filter(entry -> names(entry.getKey(), host))
                        .map(Map.Entry::getValue)
                        .findFirst())
                .map(DockerConfig::object);
    }

    /** Older versions wrote addresses in place of names. */
    private static boolean names(String key, String host) {
        return key.equals(key(host))
                || key.replaceFirst("^https?://", "").replaceFirst("/.*$", "").equals(host);
    }

    private Credentials credentials(Map<String, Object> entry, String host) {
        String user = text(entry, "username");
        String password = text(entry, "password");
        String auth = text(entry, "auth");
        if (!auth.isEmpty()) {
            String decoded = decode(auth, host);
            int colon = decoded.indexOf(':');
            user = decoded.substring(0, colon);
            password = decoded.substring(colon + 1);
        }
        if (!text(entry, "identitytoken").isEmpty()) {
            return new IdentityToken(user, text(entry, "identitytoken"));
        }
        if (!text(entry, "registrytoken").isEmpty()) {
            return new RegistryToken(text(entry, "registrytoken"));
        }
        return user.isEmpty() ? Credentials.NONE : new Password(user, password);
    }

    private String decode(String auth, String host) {
        try {
            String decoded = new String(Base64.getDecoder().decode(auth), StandardCharsets.UTF_8);
            if (decoded.indexOf(':') >= 0) {
                // Older versions padded with zero bytes.
                return decoded.replaceAll("\0+$", "");
            }
        } catch (IllegalArgumentException e) {
            throw invalidAuth(host, e);
        }
        throw invalidAuth(host, new IllegalArgumentException("there is no colon"));
    }

    private WhaleboxException invalidAuth(String host, Exception cause) {
        return new WhaleboxException(
                ErrorKind.INVALID, file + " holds invalid credentials of " + host + ": log out and in again", cause);
    }

    private static String encode(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(Map<String, Object> entry, String name) {
        return entry.get(name) instanceof String text ? text : "";
    }

    @SuppressWarnings("unchecked") // JSON has no other keys than texts
    private static Map<String, Object> object(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
    }

    private Map<String, Object> read() {
        try {
            byte[] json = Files.readAllBytes(file);
            if (new String(json, StandardCharsets.UTF_8).isBlank()) {
                return new LinkedHashMap<>();
            }
            Documents.check(json, file.toString());
            return new LinkedHashMap<>(object(JSON.type(Object.class).fromJson(json)));
        } catch (NoSuchFileException e) {
            return new LinkedHashMap<>();
        } catch (IOException e) {
            throw new WhaleboxException(ErrorKind.DENIED, "cannot read " + file + ": " + e.getMessage(), e);
        } catch (JsonException e) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, "cannot read " + file + ": it is not valid JSON: mend or remove it", e);
        }
    }

    private void write(Map<String, Object> config) {
        try {
            Path target = Files.exists(file) ? file.toRealPath() : file;
            Path directory = target.toAbsolutePath().getParent();
            if (directory == null) {
                throw new NoSuchFileException(target.toString());
            }
            var closed = PosixFilePermissions.fromString("rwx------");
            Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(closed));
            Path fresh = Files.createTempFile(
                    directory,
                    "config",
                    ".json",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                Files.writeString(fresh, JSON.toJsonPretty(config) + "\n");
                Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(fresh);
            }
        } catch (IOException e) {
            throw new WhaleboxException(ErrorKind.DENIED, "cannot write " + file + ": " + e.getMessage(), e);
        }
    }
}
