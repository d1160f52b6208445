package io.whalebox.image.registry;

import com.electronwill.nightconfig.core.UnmodifiableConfig;
import com.electronwill.nightconfig.core.io.ParsingException;
import com.electronwill.nightconfig.toml.TomlParser;
import io.whalebox.image.registry.HostSettings.ClientKey;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Whalebox's own settings of registries, in TOML:
 *
 * <pre>
 *   [registry."registry.example:5000"]
 *   insecure = true
 *   mirrors = ["https://mirror.example"]
 *   ca = "/etc/ssl/example.crt"
 *   client-certificate = "/etc/ssl/me.crt"
 *   client-key = "/etc/ssl/me.key"
 * </pre>
 *
 * <p>Whatever else it says is refused: a misspelt setting that has no effect is found too late.
 */
record RegistriesFile(Map<String, Entry> entries) {
    /** What is said of one registry. */
    record Entry(Optional<Boolean> insecure, List<URI> mirrors, Optional<Path> authority, Optional<ClientKey> client) {
        static final Entry NONE = new Entry(Optional.empty(), List.of(), Optional.empty(), Optional.empty());
    }

    Entry of(String host) {
        return entries.getOrDefault(host, Entry.NONE);
    }

    static RegistriesFile read(Path file) {
        return RegistrySettings.bytes(file)
                .map(bytes -> new Reader(file).read(new String(bytes, StandardCharsets.UTF_8)))
                .orElseGet(() -> new RegistriesFile(Map.of()));
    }

    private record Reader(Path file) {
        RegistriesFile read(String text) {
            UnmodifiableConfig toml;
            try {
                toml = new TomlParser().parse(text);
            } catch (ParsingException e) {
                throw invalid(String.valueOf(e.getMessage()));
            }
            Map<String, Entry> entries = new TreeMap<>();
            for (UnmodifiableConfig.Entry top : toml.entrySet()) {
                if (!top.getKey().equals("registry")) {
                    throw unknown(top.getKey());
                }
                for (UnmodifiableConfig.Entry host : table(top).entrySet()) {
                    entries.put(host.getKey(), entry(table(host)));
                }
            }
            return new RegistriesFile(entries);
        }

        private Entry entry(UnmodifiableConfig table) {
            Optional<Boolean> insecure = Optional.empty();
            List<URI> mirrors = List.of();
            Optional<Path> authority = Optional.empty();
            Optional<Path> certificate = Optional.empty();
            Optional<Path> key = Optional.empty();
            for (UnmodifiableConfig.Entry setting : table.entrySet()) {
                String name = setting.getKey();
                Object value = setting.getRawValue();
                switch (name) {
                    case "insecure" -> insecure = Optional.of(is(name, value, Boolean.class));
                    case "mirrors" -> mirrors = mirrors(name, value);
                    case "ca" -> authority = Optional.of(path(name, value));
                    case "client-certificate" -> certificate = Optional.of(path(name, value));
                    case "client-key" -> key = Optional.of(path(name, value));
                    default -> throw unknown(name);
                }
            }
            if (certificate.isPresent() != key.isPresent()) {
                throw invalid("client-certificate and client-key need each other");
            }
            Optional<ClientKey> client = certificate.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new ClientKey(certificate.get(), key.orElseThrow()));
            return new Entry(insecure, mirrors, authority, client);
        }

        private List<URI> mirrors(String name, Object value) {
            List<URI> mirrors = new ArrayList<>();
            for (Object mirror : is(name, value, List.class)) {
                mirrors.add(RegistrySettings.mirror(is(name, mirror, String.class), file));
            }
            return mirrors;
        }

        private Path path(String name, Object value) {
            return Path.of(is(name, value, String.class));
        }

        private UnmodifiableConfig table(UnmodifiableConfig.Entry entry) {
            return is(entry.getKey(), entry.getRawValue(), UnmodifiableConfig.class);
        }

        private <T> T is(String name, Object value, Class<T> type) {
            if (!type.isInstance(value)) {
                throw invalid("\"" + name + "\" has the wrong type");
            }
            return type.cast(value);
        }

        private WhaleboxException unknown(String name) {
            return invalid("the setting \"" + name + "\" is unknown");
        }

        private WhaleboxException invalid(String why) {
            return new WhaleboxException(ErrorKind.INVALID, file + " is not valid: " + why);
        }
    }
}
