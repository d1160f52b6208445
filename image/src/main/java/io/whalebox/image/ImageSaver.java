package io.whalebox.image;

import io.whalebox.image.Manifest.ImageIndex;
import io.whalebox.image.Manifest.ImageManifest;
import io.whalebox.linux.DeviceNumber;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import io.whalebox.storage.EntryType;
import io.whalebox.storage.TarEntry;
import io.whalebox.storage.TarOutput;
import io.whalebox.storage.TarPath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Writes images into one archive that is both an OCI layout and what {@code docker load} of any age reads, as {@code
 * docker save} has written since version 25. Manifests, configurations and layers are in it byte for byte as they are in
 * the store, so that the images have the same ids and digests wherever they are loaded.
 */
public final class ImageSaver {
    private static final String BLOBS = "blobs/sha256/";
    private static final int BUFFER = 256 << 10;
    private static final TarPath NO_LINK = TarPath.of("");

    private final ImageStore store;
    private final Optional<Platform> platform;

    /**
     * A saver of a store's images.
     *
     * @param platform that each image has to be for, if it matters
     */
    public ImageSaver(ImageStore store, Optional<Platform> platform) {
        this.store = store;
        this.platform = platform;
    }

    /** An image with the names that it is saved under. */
    private record Chosen(Image image, ImageManifest manifest, List<Reference> names) {}

    /**
     * Saves images.
     *
     * @param names of images, or ids; a repository without a tag stands for all its tags
     * @param out stays open; an archive is in it only when this returns
     * @return what was saved
     * @throws WhaleboxException NOT_FOUND for an image that is not here; nothing is written then
     */
    public List<Image> save(List<String> names, OutputStream out) throws IOException {
        try (Lease _ = store.lease()) {
            TarOutput tar = new TarOutput(out);
            List<Chosen> images = choose(names);
            write(images, tar);
            tar.end();
            return images.stream().map(Chosen::image).toList();
        }
    }

    private List<Chosen> choose(List<String> texts) {
        Map<Digest, Chosen> chosen = new LinkedHashMap<>();
        for (String text : texts) {
            List<Reference> tags = tagsOf(text);
            if (tags.isEmpty()) {
                Image image = store.resolve(text);
                boolean named = !ImageRecords.isPrefix(text, image.id());
                add(chosen, image, named ? Optional.of(Reference.parse(text)) : Optional.empty());
            } else {
                tags.forEach(tag -> add(chosen, store.resolve(tag.full()), Optional.of(tag)));
            }
        }
        return List.copyOf(chosen.values());
    }

    /** Those that a name without a tag stands for; none for any other text. */
    private List<Reference> tagsOf(String text) {
        boolean nameOnly = text.substring(text.lastIndexOf('/') + 1).indexOf(':') < 0
                && text.indexOf('@') < 0
                && !ImageRecords.isId(text);
        if (!nameOnly) {
            return List.of();
        }
        String repository = Reference.parse(text).repository();
        return store.names().keySet().stream()
                .filter(name ->
                        name.repository().equals(repository) && name.tag().isPresent())
                .toList();
    }

    private void add(Map<Digest, Chosen> chosen, Image image, Optional<Reference> name) {
        platform.filter(wanted -> !image.config().platform().runsOn(wanted)).ifPresent(wanted -> {
            throw new WhaleboxException(
                    ErrorKind.NOT_FOUND,
                    "image " + name.map(Reference::toString).orElse(image.id().shortId())
                            + " is here, but not for the platform " + wanted + ": it is for "
                            + image.config().platform());
        });
        List<Reference> names = new ArrayList<>();
        Optional.ofNullable(chosen.get(image.id())).ifPresent(before -> names.addAll(before.names()));
        // A name that pins a digest is no tag that the image could have where it is loaded.
        name.filter(it -> it.digest().isEmpty() && !names.contains(it)).ifPresent(names::add);
        chosen.put(image.id(), new Chosen(image, store.content().manifest(image.manifest()), names));
    }

    private void write(List<Chosen> images, TarOutput tar) throws IOException {
        directory(tar, "blobs/");
        directory(tar, BLOBS);
        Set<Digest> written = new HashSet<>();
        for (Chosen image : images) {
            blob(tar, image.image().manifest(), written);
            blob(tar, image.manifest().config(), written);
            for (Descriptor layer : image.manifest().layers()) {
                blob(tar, layer, written);
            }
        }
        document(tar, OciLayout.INDEX, index(images).toJson());
        document(tar, DockerArchive.LIST, DockerArchive.list(items(images)));
        document(tar, OciLayout.MARK, "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
    }

    private void blob(TarOutput tar, Descriptor blob, Set<Digest> written) throws IOException {
        if (!written.add(blob.digest())) {
            return;
        }
        tar.put(entry(BLOBS + blob.digest().hex(), EntryType.REGULAR, 0644, blob.size()));
        byte[] buffer = new byte[BUFFER];
        long left = blob.size();
        // To its end, which is where it is verified.
        try (InputStream in = store.content().open(blob.digest())) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                left -= count;
                if (left < 0) {
                    break;
                }
                tar.content(buffer, 0, count);
            }
        }
        if (left != 0) {
            throw new WhaleboxException(
                    ErrorKind.INTERNAL,
                    "the store's content " + blob.digest() + " is not as long as its manifest says");
        }
    }

    private static ImageIndex index(List<Chosen> images) {
        List<Descriptor> entries = new ArrayList<>();
        for (Chosen image : images) {
            Descriptor manifest = image.image().manifest();
            if (image.names().isEmpty()) {
                entries.add(manifest);
            }
            for (Reference name : image.names()) {
                entries.add(new Descriptor(
                        manifest.mediaType(),
                        manifest.digest(),
                        manifest.size(),
                        Map.of(
                                OciLayout.FULL_NAME,
                                name.full(),
                                OciLayout.REF_NAME,
                                name.tag().orElse("latest")),
                        Optional.empty()));
            }
        }
        return new ImageIndex(entries, Map.of());
    }

    private static List<DockerArchive.Item> items(List<Chosen> images) {
        return images.stream()
                .map(image -> new DockerArchive.Item(
                        BLOBS + image.image().id().hex(),
                        image.names().stream().map(Reference::toString).toList(),
                        image.manifest().layers().stream()
                                .map(layer -> BLOBS + layer.digest().hex())
                                .toList()))
                .toList();
    }

    private static void document(TarOutput tar, String name, byte[] json) throws IOException {
        tar.put(entry(name, EntryType.REGULAR, 0644, json.length));
        tar.content(json, 0, json.length);
    }

    private static void directory(TarOutput tar, String name) throws IOException {
        tar.put(entry(name, EntryType.DIRECTORY, 0755, 0));
    }

    /** Of no time and nobody in particular: the same images always give the same archive. */
    private static TarEntry entry(String name, EntryType type, int mode, long size) {
        return new TarEntry(
                TarPath.of(name),
                type,
                NO_LINK,
                size,
                mode,
                0,
                0,
                Instant.EPOCH,
                Instant.EPOCH,
                DeviceNumber.WHITEOUT,
                Map.of(),
                0);
    }
}
