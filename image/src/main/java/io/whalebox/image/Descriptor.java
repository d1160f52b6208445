package io.whalebox.image;

import io.avaje.json.JsonDataException;
import io.avaje.jsonb.Json;
import io.whalebox.storage.Digest;
import java.util.Map;
import java.util.Optional;

/**
 * Points to content: its type, its digest and how many bytes it has (OCI image specification, "Content Descriptors").
 *
 * @param platform what the content is for, in an index
 */
@Json
public record Descriptor(
        String mediaType, Digest digest, long size, Map<String, String> annotations, Optional<Platform> platform) {
    public Descriptor {
        mediaType = Documents.required(mediaType, "mediaType");
        digest = Documents.required(digest, "digest");
        annotations = Documents.map(annotations);
        platform = Documents.optional(platform);
        if (size < 0) {
            throw new JsonDataException("the size of " + digest + " is negative");
        }
    }

    public Descriptor(String mediaType, Digest digest, long size) {
        this(mediaType, digest, size, Map.of(), Optional.empty());
    }

    /** Whether both are about the same bytes. */
    boolean pointsTo(Descriptor other) {
        return digest.equals(other.digest) && size == other.size;
    }
}
