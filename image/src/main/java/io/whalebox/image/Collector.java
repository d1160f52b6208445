package io.whalebox.image;

import io.whalebox.linux.Loggers;
import io.whalebox.storage.Digest;
import io.whalebox.storage.LayerStore;
import java.lang.System.Logger.Level;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Removes the content that no image refers to and the layers that neither an image nor a container stands on. What is in
 * use is asked of the manifests each time; there are no counts that could be wrong after a crash.
 *
 * <p>Runs while nobody holds a {@link Lease}.
 */
final class Collector {
    private static final System.Logger LOG = Loggers.named("io.whalebox.image");

    private final ContentStore content;
    private final LayerStore layers;

    Collector(ContentStore content, LayerStore layers) {
        this.content = content;
        this.layers = layers;
    }

    /** What is reachable from the images and containers that exist. */
    private final class Reachable {
        private final Set<Digest> blobs = new HashSet<>();
        private final Set<Digest> layers = new HashSet<>();

        Reachable(List<Image> images, List<ImageUsers.User> users) {
            for (Image image : images) {
                blobs.add(image.id());
                blobs.add(image.manifest().digest());
                layers.addAll(image.layers());
                for (Descriptor layer : content.manifest(image.manifest()).layers()) {
                    blobs.add(layer.digest());
                }
            }
            users.forEach(user -> layers.addAll(user.layers()));
        }
    }

    /**
     * @param images all that exist
     * @param users all containers
     */
    void collect(List<Image> images, List<ImageUsers.User> users) {
        Reachable reachable = new Reachable(images, users);
        for (Digest blob : content.list()) {
            if (!reachable.blobs.contains(blob)) {
                LOG.log(Level.DEBUG, "removing content {0}", blob);
                content.remove(blob);
            }
        }
        for (Digest layer : layers.list()) {
            if (!reachable.layers.contains(layer)) {
                LOG.log(Level.DEBUG, "removing layer {0}", layer);
                layers.remove(layer);
            }
        }
        layers.sweep();
        content.partials().sweep();
        // Last, since what is left there says that there is something to collect.
        content.staging().sweep();
    }
}
