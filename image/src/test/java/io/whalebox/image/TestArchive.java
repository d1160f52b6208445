package io.whalebox.image;

import io.whalebox.storage.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Archives that tests write by hand: files by name, in order. */
public final class TestArchive {
    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<String, String> links = new LinkedHashMap<>();
    private final List<Map.Entry<String, byte[]>> again = new ArrayList<>();

    public TestArchive file(String name, byte[] content) {
        files.put(name, content);
        return this;
    }

    public TestArchive file(String name, String content) {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    TestArchive link(String name, String target) {
        links.put(name, target);
        return this;
    }

    /** A second file of a name that is there already. */
    TestArchive fileAgain(String name, String content) {
        again.add(Map.entry(name, content.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    List<String> names() {
        return List.copyOf(files.keySet());
    }

    /** The same with one bit of a file changed. */
    TestArchive changed(String name) {
        byte[] content = Objects.requireNonNull(files.get(name)).clone();
        content[content.length / 2] ^= 1;
        return copy().file(name, content);
    }

    TestArchive without(String name) {
        TestArchive copy = copy();
        copy.files.remove(name);
        return copy;
    }

    private TestArchive copy() {
        TestArchive copy = new TestArchive();
        copy.files.putAll(files);
        copy.links.putAll(links);
        return copy;
    }

    public byte[] tar() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarWriter tar = new TarWriter(out, 0)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                write(tar, file);
            }
            for (Map.Entry<String, String> link : links.entrySet()) {
                tar.symlink(link.getKey(), link.getValue());
            }
            for (Map.Entry<String, byte[]> file : again) {
                write(tar, file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static void write(TarWriter tar, Map.Entry<String, byte[]> file) throws IOException {
        tar.file(file.getKey(), 0644, new ByteArrayInputStream(file.getValue()), file.getValue().length);
    }

    public InputStream stream() {
        return new ByteArrayInputStream(tar());
    }

    public Path writeTo(Path file) throws IOException {
        return Files.write(file, tar());
    }

    /** Unpacks it into a directory. */
    Path unpackTo(Path directory) throws IOException {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(StoreDirectory.of(path));
            Files.write(path, file.getValue());
        }
        for (Map.Entry<String, String> link : links.entrySet()) {
            Path path = directory.resolve(link.getKey());
            Files.createDirectories(StoreDirectory.of(path));
            Files.createSymbolicLink(path, Path.of(link.getValue()));
        }
        return directory;
    }

    /** A layer with one file. */
    public static byte[] layer(String name, String content) {
        return new TestArchive().file(name, content).tar();
    }

    public static String config(byte[]... layers) {
        return configOf(List.of(layers).stream().map(Digest::of).toList());
    }

    public static String configOf(List<Digest> diffIds) {
        String list = String.join(
                ",", diffIds.stream().map(d -> '"' + d.toString() + '"').toList());
        return "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Cmd\":[\"sh\"]},"
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + list + "]}}";
    }

    /** What {@code docker save} of before version 25 writes for one image. */
    public static TestArchive docker(String tags, byte[]... layers) {
        TestArchive archive = new TestArchive();
        List<String> names = new ArrayList<>();
        for (byte[] layer : layers) {
            String name = Digest.of(layer).hex() + "/layer.tar";
            archive.file(name, layer);
            names.add('"' + name + '"');
        }
        String config = config(layers);
        String configName = Digest.of(config.getBytes(StandardCharsets.UTF_8)).hex() + ".json";
        return archive.file(configName, config)
                .file(
                        "manifest.json",
                        "[{\"Config\":\"" + configName + "\",\"RepoTags\":[" + tags + "],\"Layers\":["
                                + String.join(",", names) + "]}]");
    }

    /** An OCI layout that has an image under each annotation. */
    static final class Oci {
        private final TestArchive archive = new TestArchive().file("oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}");
        private final List<String> entries = new ArrayList<>();

        String blob(byte[] content, String mediaType, String more) {
            Digest digest = Digest.of(content);
            archive.file("blobs/sha256/" + digest.hex(), content);
            return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest + "\",\"size\":" + content.length
                    + more + "}";
        }

        String blob(String content, String mediaType, String more) {
            return blob(content.getBytes(StandardCharsets.UTF_8), mediaType, more);
        }

        /** A manifest whose layers are gzipped. */
        String manifest(String more, byte[]... layers) {
            return manifestOf(more, config(layers), layers);
        }

        /** A manifest with another configuration than the layers'. */
        String manifestOf(String config, byte[]... layers) {
            return manifestOf("", config, layers);
        }

        private String manifestOf(String more, String configText, byte[]... layers) {
            List<String> descriptors = new ArrayList<>();
            for (byte[] layer : layers) {
                try {
                    byte[] packed = CompressionTest.compress(Compression.GZIP, layer);
                    descriptors.add(blob(packed, MediaType.OCI_LAYER + "+gzip", ""));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            String config = blob(configText, MediaType.OCI_CONFIG, "");
            return blob(
                    "{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.OCI_MANIFEST + "\",\"config\":" + config
                            + ",\"layers\":[" + String.join(",", descriptors) + "]}",
                    MediaType.OCI_MANIFEST,
                    more);
        }

        Oci entry(String descriptor) {
            entries.add(descriptor);
            return this;
        }

        TestArchive archive() {
            return archive.file(
                    "index.json", "{\"schemaVersion\":2,\"manifests\":[" + String.join(",", entries) + "]}");
        }
    }

    static String named(String refName) {
        return ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"" + refName + "\"}";
    }

    static String platform(String architecture) {
        return ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}";
    }
}
