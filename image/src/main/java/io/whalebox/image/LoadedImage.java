package io.whalebox.image;

import io.whalebox.storage.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An image that was loaded.
 *
 * @param names that it has now by its archive
 * @param renamed the names that another image had until then, each with that image
 */
public record LoadedImage(Image image, List<Reference> names, Map<Reference, Digest> renamed) {
    public LoadedImage {
        names = List.copyOf(names);
        renamed = Map.copyOf(renamed);
    }

    /** What {@code docker load} prints for it. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (Reference name : names) {
            if (renamed.containsKey(name)) {
                lines.add("The image " + name + " already exists, renaming the old one with ID " + renamed.get(name)
                        + " to empty string");
            }
            lines.add("Loaded image: " + name);
        }
        if (names.isEmpty()) {
            lines.add("Loaded image ID: " + image.id());
        }
        return lines;
    }
}
