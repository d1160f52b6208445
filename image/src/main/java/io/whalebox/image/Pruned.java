package io.whalebox.image;

import java.util.List;

/**
 * What a clean-up has done.
 *
 * @param removed in order
 * @param bytes that the files of the layers had which nothing needs any more
 */
public record Pruned(List<Removed> removed, long bytes) {
    public Pruned {
        removed = List.copyOf(removed);
    }
}
