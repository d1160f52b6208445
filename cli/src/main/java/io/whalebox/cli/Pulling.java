package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.image.Platform;
import io.whalebox.image.Reference;
import io.whalebox.image.registry.Listing;
import io.whalebox.image.registry.Pull;
import io.whalebox.image.registry.Pulled;
import io.whalebox.image.registry.Registries;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.List;
import java.util.Optional;

/** Pulls images for a command and shows how that goes. */
record Pulling(Engine engine, Console console, Shown shown) {
    void pull(Reference name, Optional<Platform> platform) {
        try (Registries registries = Registries.of(console.environment().variables())) {
            pull(registries, name, platform);
        }
    }

    /** Pulls all that a repository has. */
    void pullAll(Reference repository, Optional<Platform> platform) {
        try (Registries registries = Registries.of(console.environment().variables())) {
            List<String> tags = new Listing(registries).tags(repository);
            if (tags.isEmpty()) {
                throw new WhaleboxException(
                        ErrorKind.NOT_FOUND,
                        "cannot pull " + repository.familiarRepository() + ": the repository has no tags");
            }
            for (String tag : tags) {
                Reference name =
                        new Reference(repository.domain(), repository.path(), Optional.of(tag), Optional.empty());
                pull(registries, name, platform);
            }
        }
    }

    private void pull(Registries registries, Reference name, Optional<Platform> platform) {
        shown.during(console, ProgressWords.PULL, progress -> {
            Pulled pulled = new Pull(registries, engine.images(), Store.limits(console), progress).pull(name, platform);
            progress.end();
            new ImageEvents(engine).tell("pull", name);
            shown.say(console, "Digest: " + pulled.digest());
            shown.say(console, "Status: " + pulled.status());
        });
    }
}
