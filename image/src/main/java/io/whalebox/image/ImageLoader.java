package io.whalebox.image;

import io.whalebox.image.LayerIngest.Packed;
import io.whalebox.image.Offered.PackedManifest;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import io.whalebox.storage.UnpackLimits;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads images from archives: Docker's and OCI's, as a tar of any compression, a stream or a directory. Either all
 * images of an archive become visible, whole and with their names, or none.
 */
public final class ImageLoader {
    private static final int BUFFER = 256 << 10;

    private final ImageStore store;
    private final UnpackLimits limits;
    private final Platform platform;
    private final boolean only;

    /**
     * A loader into a store.
     *
     * @param limits of each layer, and of what a compressed archive may expand to
     * @param platform the image for this one is chosen where an archive has several
     */
    public ImageLoader(ImageStore store, UnpackLimits limits, Platform platform) {
        this(store, limits, platform, false);
    }

    private ImageLoader(ImageStore store, UnpackLimits limits, Platform platform, boolean only) {
        this.store = store;
        this.limits = limits;
        this.platform = platform;
        this.only = only;
    }

    /** The same, which also refuses an image for another platform where an archive has no other. */
    public ImageLoader onlyItsPlatform() {
        return new ImageLoader(store, limits, platform, true);
    }

    /**
     * Loads from a file or a directory.
     *
     * @throws WhaleboxException if there is none, or something in it isn't as it should be; then nothing is loaded
     */
    public List<LoadedImage> load(Path path) {
        return store.adding("load " + path, lease -> {
            if (Files.isDirectory(path)) {
                try (Archive archive = DirectoryArchive.open(path)) {
                    return load(lease, archive);
                }
            }
            try (InputStream in = new BufferedInputStream(Files.newInputStream(path), BUFFER)) {
                if (Compression.sniff(in) == Compression.NONE) {
                    try (Archive archive = TarArchive.open(path)) {
                        return load(lease, archive);
                    }
                }
                return load(lease, in);
            }
        });
    }

    /** Loads from a stream, such as the standard input, which the caller closes. */
    public List<LoadedImage> load(InputStream stream) {
        return store.adding("load the archive", lease -> load(lease, new BufferedInputStream(stream, BUFFER)));
    }

    /** A stream can't go back to the layers once the list of them has come, so it goes to a file first. */
    private List<LoadedImage> load(Lease lease, InputStream in) throws IOException {
        Path spool = store.content().staging().newFile(lease);
        try {
            try (OutputStream out = Files.newOutputStream(spool)) {
                copy(Compression.decompress(in), out);
            }
            try (Archive archive = TarArchive.open(spool)) {
                return load(lease, archive);
            }
        } finally {
            store.content().staging().discard(spool);
        }
    }

    private void copy(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        long total = 0;
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            total += count;
            if (total > limits.layerBytes()) {
                throw new WhaleboxException(
                        ErrorKind.INVALID,
                        "the archive expands to more than " + limits.layerBytes() + " bytes: raise "
                                + UnpackLimits.MAX_LAYER_BYTES + " if it is to be trusted");
            }
            out.write(buffer, 0, count);
        }
    }

    private List<LoadedImage> load(Lease lease, Archive archive) throws IOException {
        List<Offered> offers = offers(archive);
        List<Image> images = new ArrayList<>();
        for (Offered offer : offers) {
            images.add(take(lease, offer));
        }
        List<LoadedImage> loaded = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            List<Reference> names = offers.get(i).names();
            loaded.add(new LoadedImage(images.get(i), names, store.publish(lease, images.get(i), names)));
        }
        return loaded;
    }

    /** An archive that is both is read as OCI's, which has a digest for everything. */
    private List<Offered> offers(Archive archive) throws IOException {
        if (archive.find(OciLayout.MARK).isPresent()) {
            return OciLayout.images(archive, platform);
        }
        if (archive.find(DockerArchive.LIST).isPresent()) {
            return DockerArchive.images(archive);
        }
        throw new WhaleboxException(
                ErrorKind.INVALID,
                archive.find(DockerArchive.OLD_LIST).isPresent()
                        ? "the archive is of Docker before 1.10: load and save it with a newer Docker first"
                        : "it has neither " + OciLayout.MARK + " nor " + DockerArchive.LIST
                                + ", so it holds no images: import it, if it is a root file system");
    }

    private Image take(Lease lease, Offered offer) throws IOException {
        Digest id = offer.config().digest();
        if (offer.configDigest().isPresent() && !offer.configDigest().get().equals(id)) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "the configuration does not match its digest: expected "
                            + offer.configDigest().get() + ", found " + id);
        }
        ImageConfig config = ImageConfig.parse(offer.config().bytes(), "the configuration of image " + id);
        config.requireLinux("the image");
        if (only && !config.platform().runsOn(platform)) {
            throw new WhaleboxException(
                    ErrorKind.PRECONDITION,
                    "the archive has no image for " + platform + ", only for " + config.platform());
        }
        List<Digest> diffIds = config.diffIds();
        if (offer.layers().size() != diffIds.size()) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "image " + id + " has " + offer.layers().size() + " layers, and its configuration says "
                            + diffIds.size());
        }
        LayerIngest ingest = new LayerIngest(store.content(), store.layerStore(), limits);
        List<Descriptor> blobs = new ArrayList<>();
        for (int i = 0; i < diffIds.size(); i++) {
            Offered.Layer layer = offer.layers().get(i);
            if (layer.blob().isPresent()) {
                ingest.add(lease, layer.member(), layer.blob().get(), diffIds.get(i));
            } else {
                Packed packed = ingest.add(lease, layer.member(), diffIds.get(i));
                blobs.add(packed.blob());
            }
        }
        PackedManifest manifest = offer.manifest().orElseGet(() -> PackedManifest.of(offer.config(), blobs));
        return store.add(lease, offer.config(), manifest);
    }
}
