package io.whalebox.image;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.whalebox.image.Manifest.ImageIndex;
import io.whalebox.image.Manifest.ImageManifest;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.PrivateDirectory;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Bytes by their digest: manifests, configurations, layers as they were distributed.
 *
 * <pre>
 *   blobs/sha256/HEX        the content
 *   blobs/sha256/HEX.zst    the same, for content that came uncompressed: a layer's tar would double the disk it takes
 *   diff-ids/sha256/HEX     of a compressed layer: the digest of what it expands to, once that has been seen
 *   ingest/                 files that are being written
 *   partial/                what is being fetched from elsewhere ({@link Partials})
 * </pre>
 *
 * <p>A blob is there whole or not at all, and its bytes are checked against its name when it comes in and again
 * whenever it is read. Adding what is there already changes nothing. Any number of threads and processes may use a store
 * at the same time.
 */
final class ContentStore {
    private static final String AT_REST = ".zst";

    private final Path blobs;
    private final Path diffIds;
    private final Staging staging;
    private final Partials partials;
    private final ParsedFiles<ImageConfig> configurations = new ParsedFiles<>(ContentStore::parseConfiguration);

    /**
     * @param directory made if there is none
     */
    ContentStore(Path directory) {
        blobs = PrivateDirectory.make(directory.resolve("blobs").resolve("sha256"));
        diffIds = PrivateDirectory.make(directory.resolve("diff-ids").resolve("sha256"));
        staging = new Staging(directory.resolve("ingest"));
        partials = new Partials(directory.resolve("partial"));
    }

    /** Where this store's files are written before they have their name. */
    Staging staging() {
        return staging;
    }

    /** What of this store's content has come in part. */
    Partials partials() {
        return partials;
    }

    boolean has(Digest digest) {
        return Files.exists(blobs.resolve(digest.hex())) || Files.exists(blobs.resolve(digest.hex() + AT_REST));
    }

    /** Reads a small blob. */
    byte[] read(Digest digest) {
        try (InputStream in = open(digest)) {
            byte[] content = in.readNBytes(Documents.LARGEST + 1);
            if (content.length > Documents.LARGEST) {
                throw new WhaleboxException(
                        ErrorKind.INVALID, digest + " is larger than " + Documents.LARGEST + " bytes");
            }
            return content;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the configuration of an image. */
    ImageConfig configuration(Digest image) {
        try {
            return configurations.read(blobs.resolve(image.hex())).orElseThrow(() -> missing(image));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ImageConfig parseConfiguration(byte[] content, Path file) throws IOException {
        Digest image = new Digest(file.getFileName().toString());
        try (InputStream in = new VerifiedInputStream(new ByteArrayInputStream(content), image)) {
            return ImageConfig.parse(in.readAllBytes(), "the configuration of image " + image);
        }
    }

    private static WhaleboxException missing(Digest digest) {
        return new WhaleboxException(ErrorKind.NOT_FOUND, "the store has no content " + digest);
    }

    /** Reads the manifest of an image. */
    ImageManifest manifest(Descriptor descriptor) {
        String what = "the manifest " + descriptor.digest();
        return switch (Manifest.parse(read(descriptor.digest()), Optional.of(descriptor.mediaType()), what)) {
            case ImageManifest image -> image;
            case ImageIndex _ -> throw new WhaleboxException(ErrorKind.INTERNAL, what + " is an index");
        };
    }

    /** Opens a blob. The stream fails at its end, in place of ending, if its bytes were not those of the digest. */
    InputStream open(Digest digest) {
        try {
            return new VerifiedInputStream(openUnverified(digest), digest);
        } catch (NoSuchFileException _) {
            throw missing(digest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private InputStream openUnverified(Digest digest) throws IOException {
        try {
            return Files.newInputStream(blobs.resolve(digest.hex()));
        } catch (NoSuchFileException e) {
            return new ZstdInputStreamNoFinalizer(Files.newInputStream(blobs.resolve(digest.hex() + AT_REST)));
        }
    }

    /** Begins to add content as it is. */
    Ingest ingest(Lease lease) {
        return new Ingest(staging, staging.newFile(lease), blobs, "");
    }

    /** Begins to add the tar of a layer, which is compressed on disk and whose digest is found by unpacking it. */
    Ingest ingestTar(Lease lease) {
        return new Ingest(staging, staging.newFile(lease), blobs, AT_REST);
    }

    /** Makes a file of this store visible, whose content has been verified. */
    void adopt(Path file, Digest digest) {
        staging.publish(file, blobs.resolve(digest.hex()));
    }

    /** Adds a small blob. */
    void add(Lease lease, Blob blob) {
        try (Ingest ingest = ingest(lease)) {
            ingest.write(blob.bytes(), 0, blob.bytes().length);
            ingest.commit();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Remembers what a layer expands to, which was seen by expanding it. */
    void putDiffId(Lease lease, Digest layer, Digest diffId) {
        staging.publish(lease, diffId.toString().getBytes(StandardCharsets.US_ASCII), diffIds.resolve(layer.hex()));
    }

    /** What a layer that is here expands to, if that has been seen. */
    Optional<Digest> diffId(Digest layer) {
        try {
            return has(layer)
                    ? Optional.of(Digest.parse(Files.readString(diffIds.resolve(layer.hex()))))
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that is here. */
    Set<Digest> list() {
        Set<Digest> digests = new HashSet<>();
        for (String name : StoreDirectory.list(blobs)) {
            digests.add(
                    new Digest(name.endsWith(AT_REST) ? name.substring(0, name.length() - AT_REST.length()) : name));
        }
        return digests;
    }

    /** Removes a blob, and what is known of it. */
    void remove(Digest digest) {
        for (Path file : List.of(
                blobs.resolve(digest.hex()), blobs.resolve(digest.hex() + AT_REST), diffIds.resolve(digest.hex()))) {
            StoreDirectory.delete(file);
        }
    }
}
