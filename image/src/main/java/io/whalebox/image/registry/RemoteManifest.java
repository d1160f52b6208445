package io.whalebox.image.registry;

import io.whalebox.image.Descriptor;
import io.whalebox.image.ImageConfig;
import io.whalebox.image.Manifest;
import io.whalebox.image.Manifest.ImageIndex;
import io.whalebox.image.Manifest.ImageManifest;
import io.whalebox.image.MediaType;
import io.whalebox.image.Platform;
import io.whalebox.image.Reference;
import io.whalebox.image.registry.Repository.Fetched;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A manifest as it lies in a registry, of either kind.
 *
 * @param json byte for byte
 */
public record RemoteManifest(Reference name, Descriptor descriptor, String json) {
    /** What a name means. */
    public static RemoteManifest of(Registries registries, Reference name) {
        return registries.fromAny(name, repository -> fetch(repository, name, Optional.empty()));
    }

    /** The manifests of the single images that a name means, each with its platform. */
    public static List<RemoteManifest> images(Registries registries, Reference name) {
        return registries.fromAny(name, repository -> {
            Fetched fetched = repository.manifest(name);
            return switch (parse(fetched)) {
                case ImageIndex index ->
                    index.manifests().stream()
                            .map(entry -> fetch(
                                    repository,
                                    new Reference(
                                            name.domain(), name.path(), Optional.empty(), Optional.of(entry.digest())),
                                    entry.platform()))
                            .toList();
                case ImageManifest manifest -> List.of(of(name, fetched, platform(repository, manifest)));
            };
        });
    }

    private static Optional<Platform> platform(Repository repository, ImageManifest manifest) {
        if (!MediaType.isConfig(manifest.config().mediaType())) {
            return Optional.empty();
        }
        byte[] config = repository.read(manifest.config(), "the configuration").bytes();
        return Optional.of(ImageConfig.parse(config, "the configuration").platform());
    }

    private static RemoteManifest fetch(Repository repository, Reference name, Optional<Platform> platform) {
        Fetched fetched = repository.manifest(name);
        return of(name, fetched, platform);
    }

    private static RemoteManifest of(Reference name, Fetched fetched, Optional<Platform> platform) {
        String type = fetched.mediaType()
                .orElse(parse(fetched) instanceof ImageIndex ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST);
        byte[] bytes = fetched.content().bytes();
        return new RemoteManifest(
                name,
                new Descriptor(type, fetched.digest(), bytes.length, Map.of(), platform),
                new String(bytes, StandardCharsets.UTF_8));
    }

    private static Manifest parse(Fetched fetched) {
        return Manifest.parse(fetched.content().bytes(), fetched.mediaType(), "the manifest " + fetched.digest());
    }
}
