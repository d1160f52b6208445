package io.whalebox.cli;

import io.whalebox.image.Reference;
import io.whalebox.image.registry.DockerConfig;

/**
 * A registry as a user names it for {@code login}: its host, or its address as older commands wanted it.
 *
 * @param host as references have it
 */
record RegistryHost(String host) {
    static RegistryHost parse(String text) {
        String host = text.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
        if (host.isEmpty() || host.equals("index.docker.io") || host.equals("registry-1.docker.io")) {
            return new RegistryHost("docker.io");
        }
        // A name alone is a host here, as with Docker, though in a reference it would be a repository.
        return new RegistryHost(host.equals("docker.io") ? host : Reference.requireHost(host));
    }

    /** How messages name it. */
    String shown() {
        return DockerConfig.key(host);
    }
}
