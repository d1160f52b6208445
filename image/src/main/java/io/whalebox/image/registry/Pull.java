package io.whalebox.image.registry;

import io.whalebox.image.Blob;
import io.whalebox.image.Descriptor;
import io.whalebox.image.Image;
import io.whalebox.image.ImageConfig;
import io.whalebox.image.ImageStore;
import io.whalebox.image.IncomingImage;
import io.whalebox.image.Manifest.ImageManifest;
import io.whalebox.image.Platform;
import io.whalebox.image.Reference;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import io.whalebox.storage.UnpackLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Pulls images: what a name means is looked up, the layers that aren't here are fetched, unpacked and verified in one
 * pass, several at a time, and then the image becomes visible under its name.
 */
public final class Pull {
    private final Registries registries;
    private final ImageStore store;
    private final UnpackLimits limits;
    private final Progress progress;

    /**
     * A puller into a store.
     *
     * @param limits of each layer
     */
    public Pull(Registries registries, ImageStore store, UnpackLimits limits, Progress progress) {
        this.registries = registries;
        this.store = store;
        this.limits = limits;
        this.progress = progress;
    }

    /**
     * Pulls the image that a name means.
     *
     * @param platform the one that is wanted; without it, this machine's, or whatever there is of an image for one only
     * @throws WhaleboxException if it could not be; then nothing is visible of it, and what came of its layers waits for
     *     the next attempt
     */
    public Pulled pull(Reference name, Optional<Platform> platform) {
        return IncomingImage.receive(
                store,
                limits,
                "pull " + name,
                incoming -> registries.fromAny(name, repository -> pull(repository, name, platform, incoming)));
    }

    private Pulled pull(Repository repository, Reference name, Optional<Platform> platform, IncomingImage incoming) {
        Chosen chosen = Chosen.of(repository, name, platform.orElseGet(Platform::host));
        progress.begin(name);
        Optional<Image> before = store.find(name);
        List<Reference> names = names(name, chosen.resolved());
        Digest id = chosen.manifest().config().digest();
        Pulled pulled = new Pulled(
                name,
                id,
                chosen.resolved(),
                before.map(image -> !image.id().equals(id)).orElse(true));
        Blob json = incoming.find(id)
                .orElseGet(() -> repository.read(chosen.manifest().config(), "the configuration of the image"));
        ImageConfig config = ImageConfig.parse(json.bytes(), "the configuration of image " + id);
        check(chosen.manifest(), config, platform);
        if (!isWhole(id, chosen)) {
            fetch(repository, chosen.manifest(), config, incoming);
        }
        var _ = incoming.publish(chosen.mediaType(), chosen.content(), json, names);
        return pulled;
    }

    /** The name that was asked for, and what it means now: so the image can be run by that too. */
    private static List<Reference> names(Reference name, Digest resolved) {
        Reference pinned = new Reference(name.domain(), name.path(), Optional.empty(), Optional.of(resolved));
        return name.digest().isPresent() ? List.of(pinned) : List.of(name, pinned);
    }

    private boolean isWhole(Digest id, Chosen chosen) {
        return store.findById(id)
                .filter(image ->
                        image.manifest().digest().equals(chosen.content().digest()))
                .isPresent();
    }

    private static void check(ImageManifest manifest, ImageConfig config, Optional<Platform> wanted) {
        if (manifest.layers().size() != config.diffIds().size()) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "its manifest has " + manifest.layers().size() + " layers, and its configuration says "
                            + config.diffIds().size());
        }
        config.requireLinux("the image");
        wanted.filter(platform -> !config.platform().runsOn(platform)).ifPresent(platform -> {
            throw new WhaleboxException(
                    ErrorKind.PRECONDITION,
                    "it is for " + config.platform() + " only, not for " + platform + ": ask for that with --platform");
        });
    }

    private void fetch(Repository repository, ImageManifest manifest, ImageConfig config, IncomingImage incoming) {
        List<LayerTransfers.Transfer> missing = new ArrayList<>();
        try (Stalls stalls = new Stalls(repository.connection().pauses().stall())) {
            for (int i = 0; i < manifest.layers().size(); i++) {
                Descriptor blob = manifest.layers().get(i);
                Digest diffId = config.diffIds().get(i);
                if (incoming.hasLayer(blob, diffId)) {
                    progress.stage(blob.digest(), Progress.Stage.EXISTS);
                } else {
                    progress.stage(blob.digest(), Progress.Stage.WAITING);
                    missing.add(() -> {
                        Download download = new Download(repository, progress, stalls);
                        incoming.add(blob, diffId, download);
                        progress.stage(blob.digest(), Progress.Stage.COMPLETE);
                    });
                }
            }
            LayerTransfers.DOWNLOADS.run(missing);
        } catch (WhaleboxException e) {
            if (e.kind() == ErrorKind.PRECONDITION) {
                incoming.discard(manifest.layers());
            }
            throw e;
        }
    }
}
