package io.whalebox.image;

import io.avaje.jsonb.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a manifest of either kind may hold, so that what doesn't belong is seen. A list is null where the document has none, since an
 * empty one counts too.
 *
 * @param fsLayers the layers of Docker's first schema
 */
@Json
record ManifestDocument(
        int schemaVersion,
        Optional<String> mediaType,
        Optional<Descriptor> config,
        @Nullable List<Descriptor> layers,
        @Nullable List<Descriptor> manifests,
        @Nullable List<Object> fsLayers,
        Map<String, String> annotations) {
    ManifestDocument {
        mediaType = Documents.text(mediaType);
        config = Documents.optional(config);
        layers = layers == null ? null : Documents.list(layers);
        manifests = manifests == null ? null : Documents.list(manifests);
        annotations = Documents.map(annotations);
    }
}
