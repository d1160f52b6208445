package io.whalebox.image;

import io.whalebox.image.ImageConfig.History;
import io.whalebox.storage.Layer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** How an image came to be, as far as its configuration tells, and which step added how much. */
public final class ImageHistory {
    private ImageHistory() {}

    /**
     * One step.
     *
     * @param createdBy the command, empty where nothing is told of it
     * @param size of the files of the layer that it made in bytes; 0 for one that made none
     */
    public record Step(Optional<Instant> created, String createdBy, long size, String comment) {}

    /**
     * The steps, the last one first.
     *
     * @param layers of the image, the lowest first
     */
    public static List<Step> of(Image image, List<Layer> layers) {
        Deque<Layer> left = new ArrayDeque<>(layers);
        List<Step> steps = new ArrayList<>();
        for (History step : image.config().history()) {
            long size = step.emptyLayer() || left.isEmpty() ? 0 : left.pop().size();
            steps.add(new Step(
                    step.created(),
                    step.createdBy().orElse(""),
                    size,
                    step.comment().orElse("")));
        }
        // An archive need not tell of every layer, and the sizes are to add up all the same.
        left.forEach(layer -> steps.add(new Step(image.config().created(), "", layer.size(), "")));
        return steps.reversed();
    }
}
