package io.whalebox.image;

import io.whalebox.storage.Digest;
import io.whalebox.storage.Layer;
import io.whalebox.storage.LayerStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Removes many images at once: those that no container was made from and that a rule says are not wanted. */
final class ImagePrune {
    private final References references;
    private final ImageRecords records;
    private final LayerStore layers;

    ImagePrune(References references, ImageRecords records, LayerStore layers) {
        this.references = references;
        this.records = records;
        this.layers = layers;
    }

    /**
     * Removes them. The caller holds the store's lock and collects the content afterwards.
     *
     * @param all images that exist
     * @param unwanted those of them that may go
     * @param users all containers
     */
    Pruned remove(List<Image> all, List<ListedImage> unwanted, List<ImageUsers.User> users) {
        Set<Digest> used = new HashSet<>();
        users.forEach(user -> used.add(user.image()));
        List<Image> going = unwanted.stream()
                .map(ListedImage::image)
                .filter(image -> !used.contains(image.id()))
                .toList();
        Set<Digest> gone = new HashSet<>();
        going.forEach(image -> gone.add(image.id()));
        Set<Digest> keptLayers = new HashSet<>();
        Set<Digest> keptChains = new HashSet<>();
        users.forEach(user -> keep(user.layers(), keptLayers, keptChains));
        all.stream().filter(image -> !gone.contains(image.id())).forEach(image -> {
            keep(image.layers(), keptLayers, keptChains);
        });
        List<Removed> removed = new ArrayList<>();
        long reclaimed = 0;
        for (ListedImage listed : unwanted) {
            Image image = listed.image();
            if (gone.contains(image.id())) {
                removed.addAll(new Removal(references, records, image.id(), List.of(), () -> chains(image, keptChains))
                        .removeWhole());
                reclaimed += sizeOfOthers(image, keptLayers);
                // Layers that several of them share go once.
                keep(image.layers(), keptLayers, keptChains);
            }
        }
        return new Pruned(removed, reclaimed);
    }

    private static void keep(List<Digest> diffIds, Set<Digest> layers, Set<Digest> chains) {
        layers.addAll(diffIds);
        chains.addAll(ImageConfig.chainIds(diffIds));
    }

    private static List<Digest> chains(Image image, Set<Digest> kept) {
        return ImageConfig.chainIds(image.layers()).reversed().stream()
                .filter(chain -> !kept.contains(chain))
                .toList();
    }

    private long sizeOfOthers(Image image, Set<Digest> kept) {
        return image.layers().stream()
                .distinct()
                .filter(layer -> !kept.contains(layer))
                .flatMap(layer -> layers.find(layer).stream())
                .mapToLong(Layer::size)
                .sum();
    }
}
