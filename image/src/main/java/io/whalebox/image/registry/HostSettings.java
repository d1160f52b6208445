package io.whalebox.image.registry;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is configured for one registry.
 *
 * @param insecure whether an unverified certificate, or plain HTTP, is accepted from it
 * @param mirrors asked before it, in this order
 * @param authorities files of certificates that are trusted for it, besides the usual ones
 * @param client who this machine says that it is
 */
record HostSettings(boolean insecure, List<URI> mirrors, List<Path> authorities, Optional<ClientKey> client) {
    /** A certificate and its private key, both in PEM. */
    record ClientKey(Path certificate, Path key) {}

    HostSettings {
        mirrors = List.copyOf(mirrors);
        authorities = List.copyOf(authorities);
    }

    /** Whether somebody made the effort to set TLS up for it. */
    boolean hasCertificates() {
        return !authorities.isEmpty() || client.isPresent();
    }
}
