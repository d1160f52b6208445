package io.whalebox.image;

import io.whalebox.storage.LayerStore;
import io.whalebox.storage.UnpackLimits;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** An image store in a directory of a test, with containers that the test makes up. */
public final class TestStore implements AutoCloseable {
    public static final Platform AMD64 = Platform.parse("linux/amd64");

    public final Path root;
    final LayerStore layers;
    public final ImageStore images;
    final List<ImageUsers.User> containers = new ArrayList<>();

    public TestStore(Path root) {
        this.root = root;
        layers = LayerStore.open(root);
        images = ImageStore.open(root, layers, () -> containers);
    }

    public ImageLoader loader() {
        return new ImageLoader(images, UnpackLimits.DEFAULT, AMD64);
    }

    /** Pretends that a container of an image exists. */
    void container(String id, Image image, boolean running) {
        containers.add(new ImageUsers.User(id, image.id(), image.layers(), running));
    }

    public List<String> names() {
        return images.list().stream()
                .flatMap(listed -> listed.names().stream())
                .map(Reference::toString)
                .sorted()
                .toList();
    }

    /** All regular files of the content store and names of layers: what a failure must not add to. */
    public List<String> everything() {
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString())
                    .filter(file -> file.matches("snapshots/(sha256|work)/[^/]+")
                            || (!file.startsWith("snapshots/") && Files.isRegularFile(root.resolve(file))))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Checks that every image is whole and every name means one. */
    public void verify() {
        images.list().forEach(listed -> read(listed.image()));
        for (String file : StoreDirectory.list(root.resolve("references"))) {
            try {
                byte[] entry = Files.readAllBytes(root.resolve("references").resolve(file));
                images.resolve(Documents.read(References.Entry.class, entry, file)
                        .image()
                        .toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Reads an image whole: its manifest, its configuration, each blob and each layer. */
    void read(Image image) {
        for (Descriptor blob : images.content().manifest(image.manifest()).layers()) {
            try (InputStream in = images.content().open(blob.digest())) {
                in.transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        images.layers(image);
    }

    @Override
    public void close() {
        images.close();
        layers.close();
    }
}
