package io.whalebox.image.registry;

import io.whalebox.image.Reference;
import io.whalebox.image.TestStore;
import io.whalebox.storage.UnpackLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A store of a test, and a puller into it that doesn't wait between attempts, and not long for anything else. */
final class Puller implements AutoCloseable {
    final TestStore store;
    final Registries registries;
    final List<Duration> pauses = new CopyOnWriteArrayList<>();

    /**
     * @param settings a directory with the files of {@code /etc/whalebox} and {@code /etc/docker} in it
     */
    Puller(Path root, Path settings, Map<String, String> environment) {
        store = new TestStore(root);
        registries = new Registries(
                RegistrySettings.of(settings.resolve("whalebox"), settings.resolve("docker")),
                environment,
                new Hurried(pauses));
    }

    /** Notes the pauses and takes none. */
    private record Hurried(List<Duration> noted) implements Pauses {
        @Override
        public void pause(Duration time) {
            noted.add(time);
        }

        @Override
        public Duration stall() {
            return Duration.ofSeconds(3);
        }
    }

    Puller(Path directory) {
        this(directory.resolve("store"), directory, Map.of("HOME", directory.toString()));
    }

    Pulled pull(String name) {
        return pull(name, Progress.NONE);
    }

    Pulled pull(String name, Progress progress) {
        return new Pull(registries, store.images, UnpackLimits.DEFAULT, progress)
                .pull(Reference.parse(name), Optional.of(TestStore.AMD64));
    }

    @Override
    public void close() {
        registries.close();
        store.close();
    }
}
