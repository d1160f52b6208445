package io.whalebox.image;

import io.avaje.jsonb.Json;
import io.whalebox.image.Manifest.ImageIndex;
import io.whalebox.image.Manifest.ImageManifest;
import io.whalebox.image.Offered.PackedManifest;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * An OCI image layout: blobs by digest, and an index of what is in it (OCI image specification, "Image Layout"). Written
 * by {@code skopeo}, {@code umoci} and {@code podman}, and by {@code docker save} since version 25.
 */
final class OciLayout {
    static final String MARK = "oci-layout";
    static final String INDEX = "index.json";

    /** The full name, which Docker and containerd write. */
    static final String FULL_NAME = "io.containerd.image.name";
    /** A tag, or a full name with some writers. */
    static final String REF_NAME = "org.opencontainers.image.ref.name";

    /** An index may list indexes; more than this is no image. */
    private static final int DEEPEST = 4;

    private final Archive archive;
    private final Platform platform;

    private OciLayout(Archive archive, Platform platform) {
        this.archive = archive;
        this.platform = platform;
    }

    /**
     * What the layout offers.
     *
     * @param platform of an index of several, the image for this one is meant
     */
    static List<Offered> images(Archive archive, Platform platform) throws IOException {
        Mark mark = Documents.read(Mark.class, archive.read(MARK), MARK);
        if (!mark.version().startsWith("1.")) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "the archive is an OCI layout of version " + Archive.quoted(mark.version())
                            + ", only 1 is supported");
        }
        return new OciLayout(archive, platform).images();
    }

    private List<Offered> images() throws IOException {
        if (!(Manifest.parse(archive.read(INDEX), Optional.of(MediaType.OCI_INDEX), INDEX)
                instanceof ImageIndex index)) {
            throw new WhaleboxException(ErrorKind.INVALID, INDEX + " in the archive is not an index");
        }
        // An image with several names is listed once for each.
        Map<Digest, List<Reference>> names = new LinkedHashMap<>();
        Map<Digest, Descriptor> chosen = new LinkedHashMap<>();
        for (Descriptor entry : index.manifests()) {
            chosen.put(entry.digest(), entry);
            List<Reference> all = names.computeIfAbsent(entry.digest(), _ -> new ArrayList<>());
            name(entry).filter(name -> !all.contains(name)).ifPresent(all::add);
        }
        List<Offered> images = new ArrayList<>();
        for (Descriptor entry : runnable(List.copyOf(chosen.values()))) {
            images.add(image(entry, names.getOrDefault(entry.digest(), List.of()), 0));
        }
        return images;
    }

    /**
     * The entries that are meant: where all are for known platforms and unnamed, they are one image's, and one is
     * chosen; else each is an image of its own.
     */
    private List<Descriptor> runnable(List<Descriptor> entries) {
        boolean onePerPlatform = entries.size() > 1
                && entries.stream().allMatch(entry -> entry.platform().isPresent())
                && entries.stream().noneMatch(entry -> name(entry).isPresent());
        if (entries.isEmpty()) {
            throw new WhaleboxException(ErrorKind.INVALID, INDEX + " in the archive lists no image");
        }
        return onePerPlatform ? List.of(choose(entries)) : entries;
    }

    private Offered image(Descriptor entry, List<Reference> names, int depth) throws IOException {
        Blob json = blob(entry);
        return switch (Manifest.parse(json.bytes(), Optional.of(entry.mediaType()), "the manifest " + entry.digest())) {
            case ImageManifest manifest -> offer(manifest, new PackedManifest(entry.mediaType(), json), names);
            case ImageIndex _
            when depth == DEEPEST ->
                throw new WhaleboxException(ErrorKind.INVALID, "the indexes in the archive are nested too deeply");
            case ImageIndex index -> image(choose(index.manifests()), names, depth + 1);
        };
    }

    private Descriptor choose(List<Descriptor> entries) {
        return entries.stream()
                .filter(entry -> entry.platform().map(p -> p.runsOn(platform)).orElse(entries.size() == 1))
                .findFirst()
                .orElseThrow(() -> new WhaleboxException(
                        ErrorKind.PRECONDITION,
                        "the archive has no image for " + platform + ", only for "
                                + entries.stream()
                                        .map(entry -> entry.platform()
                                                .map(Platform::toString)
                                                .orElse("unknown"))
                                        .distinct()
                                        .collect(Collectors.joining(", "))));
    }

    private Offered offer(ImageManifest manifest, PackedManifest packed, List<Reference> names) throws IOException {
        if (!MediaType.isConfig(manifest.config().mediaType())) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "the archive holds no image but an artifact of type "
                            + Archive.quoted(manifest.config().mediaType()));
        }
        List<Offered.Layer> layers = new ArrayList<>();
        for (Descriptor layer : manifest.layers()) {
            if (!MediaType.isLayer(layer.mediaType())) {
                throw new WhaleboxException(
                        ErrorKind.INVALID,
                        "the image has a layer of the unsupported type " + Archive.quoted(layer.mediaType()));
            }
            layers.add(new Offered.Layer(archive.get(path(layer)), Optional.of(layer)));
        }
        return new Offered(
                names, blob(manifest.config()), Optional.of(manifest.config().digest()), layers, Optional.of(packed));
    }

    /** Reads a small blob and checks it. */
    private Blob blob(Descriptor descriptor) throws IOException {
        Blob content = new Blob(archive.read(path(descriptor)));
        if (!content.as(descriptor.mediaType()).pointsTo(descriptor)) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    Archive.quoted(path(descriptor)) + " in the archive does not match its digest: its bytes are "
                            + content.digest());
        }
        return content;
    }

    private static String path(Descriptor descriptor) {
        return "blobs/sha256/" + descriptor.digest().hex();
    }

    /** A tag alone is no name, since nothing says of which repository. */
    private static Optional<Reference> name(Descriptor entry) {
        String full = entry.annotations().get(FULL_NAME);
        String ref = entry.annotations().get(REF_NAME);
        if (full != null) {
            return parse(full);
        }
        return ref != null && (ref.indexOf(':') >= 0 || ref.indexOf('/') >= 0) ? parse(ref) : Optional.empty();
    }

    private static Optional<Reference> parse(String name) {
        try {
            return Optional.of(Reference.parse(name));
        } catch (WhaleboxException e) {
            // Annotations are anybody's text, and the image is good without.
            return Optional.empty();
        }
    }

    /** The file that says what the directory is. */
    @Json
    record Mark(@Json.Property("imageLayoutVersion") String version) {
        Mark {
            version = Documents.required(version, "imageLayoutVersion");
        }
    }
}
