package io.whalebox.image;

import java.util.List;

/**
 * An image as a list of images shows it.
 *
 * @param names empty for an image whose name another one has taken
 * @param size of the files of all its layers in bytes
 */
public record ListedImage(Image image, List<Reference> names, long size) {
    public ListedImage {
        names = List.copyOf(names);
    }
}
