package io.whalebox.engine;

import io.whalebox.engine.volume.Volume;
import io.whalebox.image.ListedImage;
import io.whalebox.storage.Digest;
import io.whalebox.storage.Layer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the images and containers of a store take of the disk, as the sizes of their files.
 *
 * @param layerBytes of all images together, each layer once
 * @param unusedLayerBytes of those of them that no container stands on
 */
public record DiskUsage(
        List<ImageUsage> images,
        List<ContainerUsage> containers,
        List<VolumeUsage> volumes,
        long layerBytes,
        long unusedLayerBytes) {
    public DiskUsage {
        volumes = List.copyOf(volumes);
        images = List.copyOf(images);
        containers = List.copyOf(containers);
    }

    /**
     * One image.
     *
     * @param sharedBytes of its layers that other images have too
     * @param containers that were made from it
     */
    public record ImageUsage(ListedImage image, long sharedBytes, int containers) {}

    /**
     * One container.
     *
     * @param bytes that its own files have
     */
    public record ContainerUsage(ContainerRecord container, boolean running, long bytes) {}

    /**
     * One volume.
     *
     * @param containers that have it
     */
    public record VolumeUsage(Volume volume, int containers, long bytes) {}

    /** Looks at everything that is there now. */
    public static DiskUsage of(Engine engine) {
        List<ContainerRecord> records = engine.containers();
        List<ListedImage> listed = engine.images().list();
        Map<Digest, Long> sizes = new HashMap<>();
        Map<Digest, Integer> users = new HashMap<>();
        for (ListedImage image : listed) {
            for (Layer layer : engine.images().layers(image.image())) {
                sizes.put(layer.diffId(), layer.size());
                users.merge(layer.diffId(), 1, Integer::sum);
            }
        }
        List<ImageUsage> images = new ArrayList<>();
        for (ListedImage image : listed) {
            long shared = image.image().layers().stream()
                    .filter(layer -> users.getOrDefault(layer, 0) > 1)
                    .mapToLong(layer -> sizes.getOrDefault(layer, 0L))
                    .sum();
            long containers = records.stream()
                    .filter(record -> record.imageId().equals(image.image().id().toString()))
                    .count();
            images.add(new ImageUsage(image, shared, (int) containers));
        }
        Set<String> used = new HashSet<>();
        records.forEach(record -> used.addAll(record.layers()));
        long unused = sizes.entrySet().stream()
                .filter(layer -> !used.contains(layer.getKey().toString()))
                .mapToLong(Map.Entry::getValue)
                .sum();
        List<ContainerUsage> containers = records.stream()
                .map(record -> new ContainerUsage(
                        record, engine.isRunning(record), engine.files(record).size()))
                .toList();
        return new DiskUsage(
                images,
                containers,
                engine.volumes().list().stream()
                        .map(volume -> new VolumeUsage(
                                volume,
                                engine.volumes().users(volume).size(),
                                engine.volumes().size(volume)))
                        .toList(),
                sizes.values().stream().mapToLong(size -> size).sum(),
                unused);
    }
}
