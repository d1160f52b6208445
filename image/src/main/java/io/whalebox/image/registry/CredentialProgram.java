package io.whalebox.image.registry;

import io.avaje.jsonb.Json;
import io.whalebox.image.Documents;
import io.whalebox.image.registry.Credentials.IdentityToken;
import io.whalebox.image.registry.Credentials.Password;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A program that keeps credentials: {@code docker-credential-NAME}, which is called with {@code get}, {@code store} or
 * {@code erase} and talks JSON over its standard streams.
 */
final class CredentialProgram {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final String PREFIX = "docker-credential-";

    /** In place of a user's name, it says that the secret is an identity token. */
    private static final String TOKEN_USER = "<token>";

    private static final int LARGEST = 1 << 20;

    private final String name;
    private final Map<String, String> environment;

    CredentialProgram(String name, Map<String, String> environment) {
        if (!NAME.matcher(name).matches()) {
            throw new WhaleboxException(ErrorKind.INVALID, "invalid name of a credential helper: \"" + name + '"');
        }
        this.name = name;
        this.environment = environment;
    }

    Optional<Credentials> get(String server) {
        Output output = run("get", server);
        if (output.status() != 0) {
            if (output.text().contains("credentials not found")) {
                return Optional.empty();
            }
            throw failed("get", output);
        }
        Entry entry = Documents.read(
                Entry.class, output.text().getBytes(StandardCharsets.UTF_8), "the answer of " + PREFIX + name);
        return entry.username().equals(TOKEN_USER)
                ? Optional.of(new IdentityToken("", entry.secret()))
                : Optional.of(new Password(entry.username(), entry.secret()));
    }

    void store(String server, Credentials credentials) {
        Entry entry = switch (credentials) {
            case Password(String user, String password) -> new Entry(server, user, password);
            case IdentityToken identity -> new Entry(server, TOKEN_USER, identity.token());
            case Credentials.Anonymous _, Credentials.RegistryToken _ ->
                throw new IllegalArgumentException("a login keeps passwords and identity tokens only");
        };
        Output output = run("store", new String(Documents.write(Entry.class, entry), StandardCharsets.UTF_8));
        if (output.status() != 0) {
            throw failed("store", output);
        }
    }

    void erase(String server) {
        Output output = run("erase", server);
        if (output.status() != 0 && !output.text().contains("credentials not found")) {
            throw failed("erase", output);
        }
    }

    private record Output(int status, String text) {}

    private Output run(String verb, String input) {
        ProcessBuilder builder = new ProcessBuilder(program().toString(), verb);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().clear();
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            try (OutputStream in = process.getOutputStream()) {
                in.write(input.getBytes(StandardCharsets.UTF_8));
            }
            try (InputStream out = process.getInputStream()) {
                String text = new String(out.readNBytes(LARGEST), StandardCharsets.UTF_8);
                return new Output(process.waitFor(), text.strip());
            }
        } catch (IOException e) {
            throw new WhaleboxException(
                    ErrorKind.UNAVAILABLE, "cannot run " + PREFIX + name + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WhaleboxException(ErrorKind.UNAVAILABLE, PREFIX + name + " was interrupted", e);
        }
    }

    /** Looked for in the user's own path, which need not be this process's. */
    private Path program() {
        return Stream.of(environment.getOrDefault("PATH", "/usr/bin:/bin").split(":", -1))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, PREFIX + name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new WhaleboxException(
                        ErrorKind.PRECONDITION,
                        "the credential helper " + PREFIX + name
                                + " is not in PATH: install it, or take it out of Docker's config.json"));
    }

    private WhaleboxException failed(String verb, Output output) {
        String first = output.text().lines().findFirst().orElse("status " + output.status());
        return new WhaleboxException(
                ErrorKind.UNAVAILABLE, "error " + verb + " credentials: " + PREFIX + name + " says: " + first);
    }

    /** What such programs read and write. */
    @Json
    record Entry(
            @Json.Property("ServerURL") String serverUrl,
            @Json.Property("Username") String username,
            @Json.Property("Secret") String secret) {
        Entry {
            serverUrl = Documents.text(Optional.ofNullable(serverUrl)).orElse("");
            username = Documents.text(Optional.ofNullable(username)).orElse("");
            secret = Documents.text(Optional.ofNullable(secret)).orElse("");
        }
    }
}
