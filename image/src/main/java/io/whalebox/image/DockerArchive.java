package io.whalebox.image;

import io.avaje.jsonb.Json;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.storage.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code docker save} writes, and {@code podman save} and {@code skopeo} in their docker-archive form: a list of
 * images, each with the names of its configuration's file and its layers' files in the archive.
 */
final class DockerArchive {
    static final String LIST = "manifest.json";
    /** The list of archives from before Docker 1.10, whose images had neither digests nor configurations. */
    static final String OLD_LIST = "repositories";

    /** The configuration's file is named by its digest, in each of the forms that have been written. */
    private static final Pattern CONFIG_NAME = Pattern.compile("(?:blobs/sha256/)?([0-9a-f]{64})(?:\\.json)?");

    private DockerArchive() {}

    static List<Offered> images(Archive archive) throws IOException {
        List<Offered> images = new ArrayList<>();
        for (Item item : Documents.readList(Item.class, archive.read(LIST), LIST)) {
            List<Offered.Layer> layers = new ArrayList<>();
            for (String layer : item.layers()) {
                layers.add(new Offered.Layer(archive.get(layer), Optional.empty()));
            }
            Matcher digest = CONFIG_NAME.matcher(item.config());
            images.add(new Offered(
                    item.repoTags().stream().map(DockerArchive::name).toList(),
                    new Blob(archive.read(item.config())),
                    digest.matches() ? Optional.of(new Digest(digest.group(1))) : Optional.empty(),
                    layers,
                    Optional.empty()));
        }
        if (images.isEmpty()) {
            throw new WhaleboxException(ErrorKind.INVALID, LIST + " in the archive lists no image");
        }
        return images;
    }

    /** The list of images that an archive holds. */
    static byte[] list(List<Item> items) {
        return Documents.writeList(Item.class, items);
    }

    private static Reference name(String tag) {
        try {
            return Reference.parse(tag);
        } catch (WhaleboxException e) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "the archive has an image with the name " + Archive.quoted(tag) + ": " + e.getMessage(),
                    e);
        }
    }

    /** An image in the list. */
    @Json
    record Item(
            @Json.Property("Config") String config,
            @Json.Property("RepoTags") List<String> repoTags,
            @Json.Property("Layers") List<String> layers) {
        Item {
            config = Documents.required(config, "Config");
            repoTags = Documents.list(repoTags);
            layers = Documents.list(layers);
        }
    }
}
