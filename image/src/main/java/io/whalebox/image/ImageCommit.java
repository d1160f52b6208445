package io.whalebox.image;

import io.whalebox.image.ImageConfig.History;
import io.whalebox.image.ImageConfig.RootFs;
import io.whalebox.image.LayerIngest.Packed;
import io.whalebox.image.Offered.PackedManifest;
import io.whalebox.storage.Digest;
import io.whalebox.storage.LayerDiff;
import io.whalebox.storage.UnpackLimits;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes an image of a container: its image's layers, and one more that holds its own changes and nothing else. */
public final class ImageCommit {
    private static final int BUFFER = 256 << 10;

    private final ImageStore store;
    private final UnpackLimits limits;

    public ImageCommit(ImageStore store, UnpackLimits limits) {
        this.store = store;
        this.limits = limits;
    }

    /**
     * What the image is to say of itself.
     *
     * @param name it gets none without
     * @param config how its containers start, before the changes
     * @param createdBy the command that made the changes, for its history
     * @param changes each an instruction such as {@code CMD ["sh"]}
     */
    public record Options(
            Optional<Reference> name,
            ContainerDefaults config,
            String createdBy,
            List<String> changes,
            Optional<String> author,
            Optional<String> message,
            Instant created) {
        public Options {
            changes = List.copyOf(changes);
        }
    }

    /**
     * Makes the image, whole and with its name, or nothing.
     *
     * @param base that the container was made from
     */
    public Image commit(Image base, LayerDiff changes, Options options) {
        // First, so that a mistake in one is told before anything is read.
        ContainerDefaults config = ConfigChange.applyAll(options.changes(), options.config());
        return store.adding("commit the container", lease -> {
            Optional<Packed> layer = changes.changes().isEmpty() ? Optional.empty() : Optional.of(pack(lease, changes));
            Image image = put(lease, base, config, layer, options);
            store.publish(lease, image, options.name().stream().toList());
            return image;
        });
    }

    /** By way of a file, since unpacking begins only when the archive's writer can't fail any more. */
    private Packed pack(Lease lease, LayerDiff changes) throws IOException {
        Path tar = store.content().staging().newFile(lease);
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(tar), BUFFER)) {
                changes.writeLayer(out);
            }
            try (InputStream in = new BufferedInputStream(Files.newInputStream(tar), BUFFER)) {
                return new LayerIngest(store.content(), store.layerStore(), limits).addTar(lease, in);
            }
        } finally {
            store.content().staging().discard(tar);
        }
    }

    private Image put(Lease lease, Image base, ContainerDefaults config, Optional<Packed> layer, Options options) {
        ImageConfig before = base.config();
        List<History> history = wholeHistory(before);
        history.add(new History(
                Optional.of(options.created()),
                Optional.of(options.createdBy()),
                options.author(),
                options.message(),
                layer.isEmpty()));
        List<Digest> diffIds = new ArrayList<>(before.diffIds());
        List<Descriptor> blobs =
                new ArrayList<>(store.content().manifest(base.manifest()).layers());
        layer.ifPresent(packed -> {
            diffIds.add(packed.diffId());
            blobs.add(packed.blob());
        });
        Blob document = new Blob(new ImageConfig(
                        before.architecture(),
                        options.message(),
                        config,
                        Optional.of(options.created()),
                        options.author(),
                        history,
                        before.os(),
                        new RootFs("layers", diffIds),
                        before.variant())
                .toJson());
        return store.add(lease, document, PackedManifest.of(document, blobs));
    }

    /** With an entry for each layer, since the new one would be taken for that of the first layer that lacks one. */
    private static List<History> wholeHistory(ImageConfig config) {
        List<History> history = new ArrayList<>(config.history());
        long told = history.stream().filter(step -> !step.emptyLayer()).count();
        for (long i = told; i < config.diffIds().size(); i++) {
            history.add(new History(config.created(), Optional.empty(), Optional.empty(), Optional.empty(), false));
        }
        return history;
    }
}
