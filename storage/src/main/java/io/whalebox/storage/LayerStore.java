package io.whalebox.storage;

import io.whalebox.linux.Directory;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.FileName;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.PrivateDirectory;
import io.whalebox.linux.RegularFile;
import io.whalebox.linux.WhaleboxException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/**
 * The layers of all images, each unpacked once, under the digest of its uncompressed archive:
 *
 * <pre>
 * snapshots/sha256/HEX/tree/   what overlayfs stacks
 * snapshots/sha256/HEX/size    the sum of the sizes of its files
 * snapshots/work/…/            what is being unpacked or removed
 * </pre>
 *
 * <p>A layer is there whole or not at all: it is unpacked elsewhere, verified, put on the disk and renamed. What a crash
 * leaves is under {@code work} and goes with the next {@link #sweep}. All of it is closed to other users, since layers
 * hold set-uid programs of foreign making (CVE-2021-41091). Several threads and processes may use it at once; that a
 * layer which is removed is not in use is for the caller to see to.
 */
public final class LayerStore implements AutoCloseable {
    private static final FileName TREE = FileName.of("tree");
    private static final FileName SIZE = FileName.of("size");
    private static final int MAX_SIZE_DIGITS = 20;

    private final Path path;
    private final Directory layers;
    private final Directory work;

    private LayerStore(Path path, Directory layers, Directory work) {
        this.path = path;
        this.layers = layers;
        this.work = work;
    }

    /**
     * Opens the store under Whalebox's root directory, and makes what is missing of it.
     *
     * @param root such as {@code /var/lib/whalebox}
     */
    public static LayerStore open(Path root) {
        Path layers = PrivateDirectory.make(root.resolve("snapshots/sha256"));
        Path work = PrivateDirectory.make(root.resolve("snapshots/work"));
        return new LayerStore(layers, Directory.open(layers.toString()), Directory.open(work.toString()));
    }

    /**
     * Unpacks a layer, or finds it unpacked.
     *
     * @param archive uncompressed tar, read to its end unless the expected layer is there already; the caller closes it
     * @param expected what the archive's digest must be. Without it, the archive must have its end mark, since nothing
     *     else tells a whole one from a truncated one
     * @throws WhaleboxException INVALID when the archive is broken, hostile, beyond the limits or not what is expected;
     *     PRECONDITION when the disk is full. Nothing is left then
     */
    public Layer unpack(InputStream archive, Optional<Digest> expected, UnpackLimits limits) {
        Optional<Layer> known = expected.flatMap(this::find);
        if (known.isPresent()) {
            return known.get();
        }
        try (Workspace workspace = Workspace.in(work)) {
            MessageDigest hash = Digest.newHash();
            long size = unpackInto(workspace.directory(), archive, hash, expected.isEmpty(), limits);
            Digest diffId = Digest.of(hash);
            if (expected.isPresent() && !expected.get().equals(diffId)) {
                throw new WhaleboxException(
                        ErrorKind.INVALID,
                        "the layer is not what the image says: its digest is " + diffId + ", not " + expected.get());
            }
            FileName name = FileName.of(diffId.hex());
            if (layers.find(name).isEmpty()) {
                // Before the rename: a layer that is found after a crash is taken to be whole.
                workspace.directory().syncFileSystem();
                // Somebody else may have unpacked the same meanwhile, and then it is theirs that counts.
                workspace.publish(layers, name);
                layers.sync();
            }
            return new Layer(diffId, tree(diffId), size);
        } catch (LinuxException e) {
            throw UnpackFailure.of(e, "unpack a layer into " + path);
        }
    }

    private static long unpackInto(
            Directory directory, InputStream archive, MessageDigest hash, boolean needsEndMark, UnpackLimits limits) {
        directory.mkdir(TREE, 0755);
        directory.chmod(TREE, 0755);
        try (ReadAhead ahead = new ReadAhead(archive);
                Directory tree = directory.subdirectory(TREE);
                LayerUnpacker unpacker = new LayerUnpacker(tree, limits);
                RegularFile file = RegularFile.create(directory, SIZE, 0600)) {
            TarReader reader = new TarReader(limits.applyTo(ahead).hashedInto(hash));
            long size = unpacker.unpack(reader);
            // The digest is of all that was sent, with what stands behind the end mark.
            reader.skipToEnd();
            if (needsEndMark && !reader.sawEndMark()) {
                throw new WhaleboxException(
                        ErrorKind.INVALID, "the tar archive is truncated: it lacks the blocks of zeros that end one");
            }
            byte[] text = Long.toString(size).getBytes(StandardCharsets.US_ASCII);
            file.write(text, 0, text.length);
            return size;
        }
    }

    /** The layer with this digest, if it is unpacked. */
    public Optional<Layer> find(Digest diffId) {
        FileName name = FileName.of(diffId.hex());
        if (layers.find(name).isEmpty()) {
            return Optional.empty();
        }
        try (Directory layer = layers.subdirectory(name)) {
            String size = new String(layer.read(SIZE, MAX_SIZE_DIGITS), StandardCharsets.US_ASCII);
            return Optional.of(new Layer(diffId, tree(diffId), Long.parseLong(size)));
        } catch (LinuxException | NumberFormatException e) {
            throw new WhaleboxException(
                    ErrorKind.INTERNAL,
                    "the layer " + diffId + " in " + path + " is damaged: remove its image and add it again",
                    e);
        }
    }

    /** All that are unpacked. */
    public List<Digest> list() {
        return layers.list().stream()
                .map(entry -> new Digest(entry.name().toString()))
                .sorted()
                .toList();
    }

    /** Removes a layer at once, whether it was there or not. */
    public void remove(Digest diffId) {
        FileName name = FileName.of(diffId.hex());
        if (layers.find(name).isPresent()) {
            try (Workspace workspace = Workspace.in(work)) {
                // In one step, so that nobody finds half a layer; the workspace takes the rest of the time.
                layers.rename(name, workspace.directory(), name);
            }
        }
    }

    /**
     * Removes what crashes have left, and nothing that somebody still works on.
     *
     * @return how many unpackings or removals that were
     */
    public int sweep() {
        return Workspace.sweep(work);
    }

    private Path tree(Digest diffId) {
        return path.resolve(diffId.hex()).resolve(TREE.toString());
    }

    @Override
    public void close() {
        layers.close();
        work.close();
    }
}
