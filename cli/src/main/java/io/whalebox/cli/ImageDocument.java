package io.whalebox.cli;

import io.whalebox.cli.template.Value;
import io.whalebox.image.ContainerDefaults;
import io.whalebox.image.Image;
import io.whalebox.image.ImageConfig;
import io.whalebox.image.ImageStore;
import io.whalebox.image.ListedImage;
import io.whalebox.image.Reference;
import io.whalebox.storage.Digest;
import io.whalebox.storage.Layer;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What {@code inspect} tells of an image, with Docker's names in Docker's order. */
final class ImageDocument {
    private ImageDocument() {}

    static Value of(ListedImage listed, ImageStore images) {
        Image image = listed.image();
        ImageConfig config = image.config();
        List<Reference> tags = listed.names().stream()
                .filter(name -> name.tag().isPresent())
                .sorted()
                .toList();
        return Value.struct("image")
                .put("Id", image.id().toString())
                .put("RepoTags", Value.of(tags.stream().map(Reference::toString).toList()))
                .put("RepoDigests", Value.of(digests(listed)))
                .put("Parent", "")
                .put("Comment", config.comment().orElse(""))
                .put("Created", config.created().map(Instant::toString).orElse(""))
                .put("DockerVersion", "")
                .put("Author", config.author().orElse(""))
                .put("Architecture", config.architecture())
                .putUnlessEmpty("Variant", Value.of(config.variant().orElse("")))
                .put("Os", config.os())
                .put("Size", listed.size())
                .put("GraphDriver", driver(images.layers(image)))
                .put(
                        "RootFS",
                        Value.struct("rootfs")
                                .put("Type", "layers")
                                .put(
                                        "Layers",
                                        Value.of(image.layers().stream()
                                                .map(Digest::toString)
                                                .toList()))
                                .end())
                .put(
                        "Descriptor",
                        Value.struct("descriptor")
                                .put("mediaType", image.manifest().mediaType())
                                .put("digest", image.manifest().digest().toString())
                                .put("size", image.manifest().size())
                                .end())
                .put("Config", config(config.config()))
                .end();
    }

    private static List<String> digests(ListedImage listed) {
        return listed.names().stream()
                .collect(Collectors.toMap(
                        Reference::repository, Reference::familiarRepository, (a, _) -> a, TreeMap::new))
                .entrySet()
                .stream()
                .flatMap(repository -> ImageRows.digests(listed, repository.getKey()).stream()
                        .map(digest -> repository.getValue() + "@" + digest))
                .toList();
    }

    private static Value driver(List<Layer> layers) {
        List<String> directories = layers.reversed().stream()
                .map(layer -> layer.directory().toString())
                .toList();
        SortedMap<String, String> data = new TreeMap<>();
        if (!directories.isEmpty()) {
            data.put("UpperDir", directories.getFirst());
        }
        if (directories.size() > 1) {
            data.put("LowerDir", String.join(":", directories.subList(1, directories.size())));
        }
        return Value.struct("driver")
                .put("Data", Value.of(data))
                .put("Name", "overlay")
                .end();
    }

    private static Value config(ContainerDefaults config) {
        return Value.struct("config")
                .put("User", config.user().orElse(""))
                .putUnlessEmpty("ExposedPorts", ConfigDocument.keys(config.exposedPorts()))
                .put("Env", Value.of(config.env()))
                .put("Cmd", orNothing(config.cmd()))
                .putUnlessEmpty(
                        "Healthcheck", Value.orNothing(config.healthcheck().map(ConfigDocument::healthcheck)))
                .put("Volumes", config.volumes().isEmpty() ? Value.nothing() : ConfigDocument.keys(config.volumes()))
                .put("WorkingDir", config.workingDir().orElse(""))
                .put("Entrypoint", orNothing(config.entrypoint()))
                .put("OnBuild", orNothing(config.onBuild()))
                .put("Labels", config.labels().isEmpty() ? Value.nothing() : Value.of(config.labels()))
                .putUnlessEmpty("StopSignal", Value.of(config.stopSignal().orElse("")))
                .putUnlessEmpty("Shell", Value.of(config.shell()))
                .end();
    }

    private static Value orNothing(List<String> words) {
        return words.isEmpty() ? Value.nothing() : Value.of(words);
    }
}
