package io.whalebox.image;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an image's digest names: either the list of one image's parts, or an index of images to choose from.
 *
 * <p>Which of the two a document is, is decided once, here. One that could be read as both is refused: two programs that
 * decide differently would run two different images under one digest (CVE-2021-41190).
 */
public sealed interface Manifest {
    /**
     * One image.
     *
     * @param layers the lowest first
     */
    record ImageManifest(Descriptor config, List<Descriptor> layers, Map<String, String> annotations)
            implements Manifest {
        public ImageManifest {
            layers = List.copyOf(layers);
        }

        /** The OCI form, for an image that is made here; the same parts always give the same bytes. */
        byte[] toJson() {
            return Documents.write(
                    ManifestDocument.class,
                    new ManifestDocument(
                            2,
                            Optional.of(MediaType.OCI_MANIFEST),
                            Optional.of(config),
                            layers,
                            null,
                            null,
                            annotations));
        }
    }

    /** Several images, usually one for each platform. */
    record ImageIndex(List<Descriptor> manifests, Map<String, String> annotations) implements Manifest {
        public ImageIndex {
            manifests = List.copyOf(manifests);
        }

        /** The OCI form. */
        byte[] toJson() {
            return Documents.write(
                    ManifestDocument.class,
                    new ManifestDocument(
                            2, Optional.of(MediaType.OCI_INDEX), Optional.empty(), null, manifests, null, annotations));
        }
    }

    /**
     * Reads a manifest of either kind.
     *
     * @param declared the type that whoever pointed here gave, which the document may not contradict
     * @param what names the document in a message
     */
    static Manifest parse(byte[] json, Optional<String> declared, String what) {
        ManifestDocument document = Documents.read(ManifestDocument.class, json, what);
        Optional<String> type = document.mediaType();
        if (type.isPresent() && declared.isPresent() && !type.equals(declared)) {
            throw ambiguous(what, "it says that it is " + type.get() + " where " + declared.get() + " was expected");
        }
        if (document.schemaVersion() != 2) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    what + " has schema version " + document.schemaVersion() + ", only 2 is supported");
        }
        boolean likeIndex = document.manifests() != null;
        boolean likeManifest =
                document.config().isPresent() || document.layers() != null || document.fsLayers() != null;
        if (likeIndex && likeManifest) {
            throw ambiguous(what, "it is both an index and a manifest");
        }
        String decided = type.or(() -> declared).orElse(likeIndex ? MediaType.OCI_INDEX : MediaType.OCI_MANIFEST);
        if (MediaType.isIndex(decided) && !likeManifest) {
            return new ImageIndex(Documents.list(document.manifests()), document.annotations());
        }
        if (MediaType.isManifest(decided) && !likeIndex && document.config().isPresent()) {
            return new ImageManifest(
                    document.config().get(), Documents.list(document.layers()), document.annotations());
        }
        throw ambiguous(what, "its content does not fit the type " + decided);
    }

    private static WhaleboxException ambiguous(String what, String why) {
        return new WhaleboxException(ErrorKind.INVALID, what + " is refused: " + why);
    }
}
