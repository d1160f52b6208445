package io.whalebox.image;

import io.whalebox.image.ImageConfig.History;
import io.whalebox.image.ImageConfig.RootFs;
import io.whalebox.image.LayerIngest.Packed;
import io.whalebox.image.Offered.PackedManifest;
import io.whalebox.storage.UnpackLimits;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes an image of one layer from the tar of a root file system, compressed in any way or not, in one pass. */
public final class RootFsImport {
    private static final int BUFFER = 256 << 10;

    private final ImageStore store;
    private final UnpackLimits limits;

    public RootFsImport(ImageStore store, UnpackLimits limits) {
        this.store = store;
        this.limits = limits;
    }

    /**
     * What the image is to say of itself.
     *
     * @param name it gets none without
     * @param changes to how its containers start, each an instruction such as {@code CMD ["sh"]}
     * @param message a word about it, for its history
     * @param created the time that it tells
     */
    public record Options(
            Optional<Reference> name,
            List<String> changes,
            Optional<String> message,
            Platform platform,
            Instant created) {
        public Options {
            changes = List.copyOf(changes);
        }

        /** An image for this machine, of now, without anything else. */
        public static Options of(Optional<Reference> name) {
            return new Options(name, List.of(), Optional.empty(), Platform.host(), Instant.now());
        }
    }

    /**
     * Imports a file.
     *
     * @throws io.whalebox.linux.WhaleboxException if it isn't a whole tar, or a change is malformed; then nothing is made
     */
    public Image importFrom(Path file, Options options) {
        return store.adding("import " + file, lease -> {
            try (InputStream in = Files.newInputStream(file)) {
                return importFrom(lease, in, options);
            }
        });
    }

    /** Imports a stream, such as the standard input, which the caller closes. */
    public Image importFrom(InputStream stream, Options options) {
        return store.adding("import the archive", lease -> importFrom(lease, stream, options));
    }

    private Image importFrom(Lease lease, InputStream in, Options options) throws IOException {
        // First, so that a mistake in one is told before minutes of unpacking.
        ContainerDefaults config = ConfigChange.applyAll(options.changes(), ContainerDefaults.NONE);
        Packed layer = new LayerIngest(store.content(), store.layerStore(), limits)
                .add(lease, new BufferedInputStream(in, BUFFER), Optional.empty());
        String comment = options.message().orElse("Imported from -");
        Blob document = new Blob(new ImageConfig(
                        options.platform().architecture(),
                        Optional.of(comment),
                        config,
                        Optional.of(options.created()),
                        Optional.empty(),
                        List.of(new History(
                                Optional.of(options.created()),
                                Optional.empty(),
                                Optional.empty(),
                                Optional.of(comment),
                                false)),
                        options.platform().os(),
                        new RootFs("layers", List.of(layer.diffId())),
                        options.platform().variant())
                .toJson());
        Image image = store.add(lease, document, PackedManifest.of(document, List.of(layer.blob())));
        store.publish(lease, image, options.name().stream().toList());
        return image;
    }
}
