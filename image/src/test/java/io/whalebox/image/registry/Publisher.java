package io.whalebox.image.registry;

import com.github.luben.zstd.Zstd;
import io.whalebox.image.MediaType;
import io.whalebox.image.TestArchive;
import io.whalebox.storage.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Puts images into a registry by plain requests, so that the tests of pulling don't stand on pushing. */
final class Publisher {
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI registry;
    private final String repository;

    Publisher(URI registry, String repository) {
        this.registry = registry;
        this.repository = repository;
    }

    /** A layer as it travels. */
    @SuppressWarnings("ArrayRecordComponent") // nobody compares them
    record Packed(byte[] bytes, String mediaType, byte[] tar) {
        static Packed gzip(byte[] tar) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                gzip.write(tar);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
            return new Packed(out.toByteArray(), MediaType.OCI_LAYER + "+gzip", tar);
        }

        static Packed zstd(byte[] tar) {
            return new Packed(Zstd.compress(tar), MediaType.OCI_LAYER + "+zstd", tar);
        }

        static Packed plain(byte[] tar) {
            return new Packed(tar, MediaType.OCI_LAYER, tar);
        }

        Digest digest() {
            return Digest.of(bytes);
        }
    }

    /** An image of these layers under a tag; gives the digest of its manifest. */
    Digest image(String tag, Packed... layers) {
        String config =
                TestArchive.config(List.of(layers).stream().map(Packed::tar).toArray(byte[][]::new));
        return image(tag, config, layers);
    }

    /** The same with another configuration. */
    Digest image(String tag, String config, Packed... layers) {
        return manifest(tag, MediaType.OCI_MANIFEST, manifestOf(config, layers));
    }

    String manifestOf(String config, Packed... layers) {
        List<String> descriptors = new ArrayList<>();
        for (Packed layer : layers) {
            descriptors.add(blob(layer.bytes(), layer.mediaType()));
        }
        return "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"config\":"
                + blob(config.getBytes(StandardCharsets.UTF_8), MediaType.OCI_CONFIG) + ",\"layers\":["
                + String.join(",", descriptors) + "]}";
    }

    /** Uploads a blob and gives a descriptor of it. */
    String blob(byte[] content, String mediaType) {
        Digest digest = Digest.of(content);
        URI upload = location(send("POST", registry.resolve("/v2/" + repository + "/blobs/uploads/"), new byte[0], ""));
        String separator = upload.getRawQuery() == null ? "?" : "&";
        var _ = send("PUT", URI.create(upload + separator + "digest=" + digest), content, "application/octet-stream");
        return descriptor(content, mediaType, "");
    }

    static String descriptor(byte[] content, String mediaType, String more) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + Digest.of(content) + "\",\"size\":"
                + content.length + more + "}";
    }

    Digest manifest(String tagOrDigest, String mediaType, String json) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        var _ = send("PUT", registry.resolve("/v2/" + repository + "/manifests/" + tagOrDigest), bytes, mediaType);
        return Digest.of(bytes);
    }

    private URI location(HttpResponse<String> response) {
        return registry.resolve(response.headers().firstValue("Location").orElseThrow());
    }

    private HttpResponse<String> send(String method, URI uri, byte[] body, String type) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).method(method, BodyPublishers.ofByteArray(body));
        if (!type.isEmpty()) {
            request.header("Content-Type", type);
        }
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw new IllegalStateException(method + " " + uri + ": " + response.statusCode() + response.body());
            }
            return response;
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
