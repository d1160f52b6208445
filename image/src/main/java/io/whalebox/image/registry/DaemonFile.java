package io.whalebox.image.registry;

import io.avaje.jsonb.Json;
import io.whalebox.image.Documents;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What Docker's own configuration says of registries: {@code registry-mirrors} and {@code insecure-registries} of {@code
 * daemon.json}.
 */
record DaemonFile(List<URI> mirrors, List<String> insecure) {
    static DaemonFile read(Path file) {
        Optional<byte[]> json = RegistrySettings.bytes(file);
        if (json.isEmpty()) {
            return new DaemonFile(List.of(), List.of());
        }
        Content content = Documents.read(Content.class, json.get(), file.toString());
        return new DaemonFile(
                content.mirrors().stream()
                        .map(mirror -> RegistrySettings.mirror(mirror, file))
                        .toList(),
                content.insecure());
    }

    /** Whether a registry is listed, by its name or by a network that its address is in. */
    boolean isInsecure(String host) {
        return insecure.stream()
                .map(entry -> entry.replaceFirst("^https?://", ""))
                .anyMatch(entry -> entry.equals(host)
                        || (entry.indexOf('/') > 0
                                && Network.parse(entry)
                                        .filter(network -> network.holdsAddressOf(hostName(host)))
                                        .isPresent()));
    }

    private static String hostName(String host) {
        return host.replaceFirst(":[0-9]+$", "");
    }

    /** A network as 10.0.0.0/8 names one. */
    record Network(InetAddress address, int prefix) {
        static Optional<Network> parse(String text) {
            int slash = text.indexOf('/');
            String address = text.substring(0, slash);
            String prefix = text.substring(slash + 1);
            if (!prefix.matches("[0-9]{1,3}") || !address.matches("[0-9a-fA-F.:]+")) {
                return Optional.empty();
            }
            return Addresses.literal(address).map(parsed -> new Network(parsed, Integer.parseInt(prefix)));
        }

        boolean holdsAddressOf(String hostName) {
            return Addresses.resolve(hostName).stream().anyMatch(this::holds);
        }

        boolean holds(InetAddress other) {
            byte[] ours = address.getAddress();
            byte[] theirs = other.getAddress();
            if (ours.length != theirs.length || prefix > ours.length * 8) {
                return false;
            }
            for (int bit = 0; bit < prefix; bit++) {
                int mask = 0x80 >> bit % 8;
                if ((ours[bit / 8] & mask) != (theirs[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** The part of the file that is about registries. */
    @Json
    record Content(
            @Json.Property("registry-mirrors") List<String> mirrors,
            @Json.Property("insecure-registries") List<String> insecure) {
        Content {
            mirrors = Documents.list(mirrors);
            insecure = Documents.list(insecure);
        }
    }
}
