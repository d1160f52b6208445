package io.whalebox.image;

import java.util.Set;

/** The types of content that OCI and Docker name; what says the same thing in both is listed together. */
final class MediaType {
    static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
    static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    static final String OCI_CONFIG = "application/vnd.oci.image.config.v1+json";
    static final String OCI_LAYER = "application/vnd.oci.image.layer.v1.tar";

    private static final String DOCKER_INDEX = "application/vnd.docker.distribution.manifest.list.v2+json";
    private static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
    private static final String DOCKER_CONFIG = "application/vnd.docker.container.image.v1+json";
    private static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";

    private static final Set<String> INDEXES = Set.of(OCI_INDEX, DOCKER_INDEX);
    private static final Set<String> MANIFESTS = Set.of(OCI_MANIFEST, DOCKER_MANIFEST);
    private static final Set<String> CONFIGS = Set.of(OCI_CONFIG, DOCKER_CONFIG);
    /** The compression that a name ends in isn't relied upon: the content's first bytes say it, and can't be wrong. */
    private static final Set<String> LAYERS = Set.of(
            OCI_LAYER,
            OCI_LAYER + "+gzip",
            OCI_LAYER + "+zstd",
            DOCKER_LAYER,
            DOCKER_LAYER + ".gzip",
            DOCKER_LAYER + ".zstd");

    private MediaType() {}

    static boolean isIndex(String type) {
        return INDEXES.contains(type);
    }

    static boolean isManifest(String type) {
        return MANIFESTS.contains(type);
    }

    static boolean isConfig(String type) {
        return CONFIGS.contains(type);
    }

    static boolean isLayer(String type) {
        return LAYERS.contains(type);
    }
}
