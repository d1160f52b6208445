package io.whalebox.examples;

import io.whalebox.engine.Streams;
import io.whalebox.runtime.Launcher.LaunchedProcess;
import io.whalebox.runtime.NamespacedCommand;
import io.whalebox.runtime.Spec.Root;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Four layers of an image below the layer of a container: one file is changed, and only the top layer changes. */
public final class Layers {
    private Layers() {}

    public static void main(String[] args) throws IOException {
        Path directory = Files.createTempDirectory("layers");
        List<String> image = new ArrayList<>();
        for (int number = 1; number <= 4; number++) {
            Path layer = Files.createDirectories(directory.resolve("layer" + number));
            Files.writeString(layer.resolve("file" + number), "from layer " + number + "\n");
            image.addFirst(layer.toString());
        }
        Path bin = Files.createDirectories(directory.resolve("layer1/bin"));
        Files.copy(Path.of("/bin/busybox"), bin.resolve("sh"));
        Files.createLink(bin.resolve("cat"), bin.resolve("sh"));
        Path own = directory.resolve("container");
        Files.createDirectories(own.resolve("upper"));
        Files.createDirectories(own.resolve("work"));

        NamespacedCommand shell = NamespacedCommand.of(
                        "sh", "-c", "cat /file1 /file2 /file3 /file4; echo changed > /file2")
                .root(new Root.Overlay(image, own.toString(), false, false));
        try (Streams streams = Streams.inherited();
                LaunchedProcess process = shell.start(List.of(streams.input(), streams.output(), streams.error()))) {
            process.await();
        }

        show(directory, List.of("layer1", "layer2", "layer3", "layer4", "container/upper"));
    }

    private static void show(Path directory, List<String> layers) throws IOException {
        for (String layer : layers) {
            try (Stream<Path> files = Files.walk(directory.resolve(layer))) {
                for (Path file : files.filter(it -> it.getFileName().toString().startsWith("file"))
                        .sorted()
                        .toList()) {
                    System.out.println(layer + ": " + file.getFileName() + ": "
                            + Files.readString(file).strip());
                }
            }
        }
    }
}
