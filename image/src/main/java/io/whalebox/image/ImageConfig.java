package io.whalebox.image;

import io.avaje.json.JsonDataException;
import io.avaje.jsonb.Json;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An image's configuration: what it is for, which layers it has and how its containers start (OCI image specification,
 * "Image Configuration"). The digest of these bytes is the image's id.
 *
 * @param comment a word about the whole, which Docker's import writes
 */
@Json
public record ImageConfig(
        String architecture,
        Optional<String> comment,
        ContainerDefaults config,
        Optional<Instant> created,
        Optional<String> author,
        List<History> history,
        String os,
        RootFs rootfs,
        Optional<String> variant) {

    public ImageConfig {
        architecture = Documents.required(architecture, "architecture");
        comment = Documents.text(comment);
        config = config == null ? ContainerDefaults.NONE : config;
        created = Documents.optional(created);
        author = Documents.text(author);
        history = Documents.list(history);
        os = Documents.required(os, "os");
        rootfs = Documents.required(rootfs, "rootfs");
        variant = Documents.text(variant);
    }

    /**
     * Reads one.
     *
     * @param what names the document in a message
     */
    public static ImageConfig parse(byte[] json, String what) {
        return Documents.read(ImageConfig.class, json, what);
    }

    byte[] toJson() {
        return Documents.write(ImageConfig.class, this);
    }

    /** The digests of the uncompressed layers, the lowest first. */
    public List<Digest> diffIds() {
        return rootfs.diffIds();
    }

    public Platform platform() {
        return new Platform(os, architecture, variant);
    }

    /**
     * For each layer, the name that Docker gives it together with all below it (OCI image specification, "Layer
     * ChainID").
     */
    static List<Digest> chainIds(List<Digest> diffIds) {
        List<Digest> chain = new ArrayList<>();
        for (Digest diffId : diffIds) {
            chain.add(
                    chain.isEmpty()
                            ? diffId
                            : Digest.of((chain.getLast() + " " + diffId).getBytes(StandardCharsets.US_ASCII)));
        }
        return chain;
    }

    /**
     * The layers that it is made of.
     *
     * @param diffIds of the layers, the lowest first
     */
    @Json
    public record RootFs(
            String type, @Json.Property("diff_ids") List<Digest> diffIds) {
        public RootFs {
            type = Documents.required(type, "rootfs.type");
            diffIds = Documents.list(diffIds);
            if (!type.equals("layers")) {
                throw new JsonDataException("its root file system is of the unknown type " + type);
            }
        }
    }

    /** How a layer came to be; one that changed only the configuration has no layer. */
    @Json
    public record History(
            Optional<Instant> created,
            @Json.Property("created_by") Optional<String> createdBy,
            Optional<String> author,
            Optional<String> comment,
            @Json.Property("empty_layer") boolean emptyLayer) {
        public History {
            created = Documents.optional(created);
            createdBy = Documents.text(createdBy);
            author = Documents.text(author);
            comment = Documents.text(comment);
        }
    }

    /** Refuses an image that this machine can't run; better here than as "exec format error" later. */
    public void requireLinux(String what) {
        if (!os.equals("linux")) {
            throw new WhaleboxException(
                    ErrorKind.PRECONDITION, what + " is for " + platform() + ", and only linux images can be run here");
        }
    }
}
