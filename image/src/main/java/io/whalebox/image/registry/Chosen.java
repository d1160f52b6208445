package io.whalebox.image.registry;

import io.whalebox.image.Blob;
import io.whalebox.image.Descriptor;
import io.whalebox.image.Manifest;
import io.whalebox.image.Manifest.ImageIndex;
import io.whalebox.image.Manifest.ImageManifest;
import io.whalebox.image.MediaType;
import io.whalebox.image.Platform;
import io.whalebox.image.Reference;
import io.whalebox.image.registry.Repository.Fetched;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The image that a name means for one platform.
 *
 * @param resolved what the name itself means: the manifest, or the index that it was chosen from
 * @param content of the manifest, as it came
 */
record Chosen(Digest resolved, String mediaType, ImageManifest manifest, Blob content) {
    /** An index may list indexes; more than this is no image. */
    private static final int DEEPEST = 4;

    /** Asks a registry. */
    static Chosen of(Repository repository, Reference name, Platform platform) {
        Fetched fetched = repository.manifest(name);
        return of(repository, name, platform, fetched, fetched.digest(), 0);
    }

    private static Chosen of(
            Repository repository, Reference name, Platform platform, Fetched fetched, Digest resolved, int depth) {
        String what = "the manifest " + fetched.digest();
        return switch (Manifest.parse(fetched.content().bytes(), fetched.mediaType(), what)) {
            case ImageManifest manifest -> {
                check(manifest);
                String type = fetched.mediaType().orElse(MediaType.OCI_MANIFEST);
                yield new Chosen(resolved, type, manifest, fetched.content());
            }
            case ImageIndex _
            when depth == DEEPEST ->
                throw new WhaleboxException(ErrorKind.INVALID, "its indexes are nested too deeply");
            case ImageIndex index -> {
                Descriptor entry = choose(index, platform);
                Reference child =
                        new Reference(name.domain(), name.path(), Optional.empty(), Optional.of(entry.digest()));
                Fetched next = repository.manifest(child);
                if (next.content().bytes().length != entry.size()) {
                    throw new WhaleboxException(
                            ErrorKind.INVALID,
                            "the manifest " + entry.digest() + " has "
                                    + next.content().bytes().length + " bytes, and its index says " + entry.size());
                }
                // What the index says it is counts: the header is the server's guess (CVE-2021-41190).
                yield of(
                        repository,
                        name,
                        platform,
                        new Fetched(Optional.of(entry.mediaType()), next.content()),
                        resolved,
                        depth + 1);
            }
        };
    }

    private static Descriptor choose(ImageIndex index, Platform platform) {
        return index.manifests().stream()
                .filter(entry -> entry.platform()
                        .map(offered -> offered.runsOn(platform))
                        .orElse(index.manifests().size() == 1))
                .findFirst()
                .orElseThrow(() -> new WhaleboxException(
                        ErrorKind.PRECONDITION,
                        "no matching manifest for " + platform + " in the manifest list entries: it has "
                                + index.manifests().stream()
                                        .flatMap(entry -> entry.platform().stream())
                                        .map(Platform::toString)
                                        .filter(name -> !name.startsWith("unknown/"))
                                        .distinct()
                                        .collect(Collectors.joining(", "))));
    }

    private static void check(ImageManifest manifest) {
        if (!MediaType.isConfig(manifest.config().mediaType())) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "it is no image but an artifact of type \""
                            + manifest.config().mediaType() + '"');
        }
        for (Descriptor layer : manifest.layers()) {
            if (MediaType.isForeign(layer.mediaType())) {
                throw new WhaleboxException(
                        ErrorKind.PRECONDITION,
                        "its layer " + layer.digest().shortId()
                                + " is a foreign one, which registries don't distribute: use an image without such");
            }
            if (!MediaType.isLayer(layer.mediaType())) {
                throw new WhaleboxException(
                        ErrorKind.INVALID,
                        "its layer " + layer.digest().shortId() + " is of the unsupported type \"" + layer.mediaType()
                                + '"');
            }
        }
    }
}
