package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.image.Platform;
import io.whalebox.image.Reference;
import io.whalebox.image.registry.Progress;
import io.whalebox.image.registry.Pull;
import io.whalebox.image.registry.Pulled;
import io.whalebox.image.registry.Registries;
import java.io.PrintStream;
import java.util.Optional;

/**
 * Pulls images for a command and shows how that goes.
 *
 * @param shown where
 */
record Pulling(Engine engine, Console console, Shown shown) {
    /** Where progress goes. */
    enum Shown {
        NOTHING,
        /** For a command that is about pulling. */
        OUTPUT,
        /** For one whose output is the container's. */
        ERRORS
    }

    Pulled pull(Reference name, Optional<Platform> platform) {
        PrintStream to = shown == Shown.ERRORS ? console.err() : console.out();
        try (Registries registries = Registries.of(console.environment().variables())) {
            if (shown == Shown.NOTHING) {
                return pull(registries, name, platform, Progress.NONE);
            }
            Pulled pulled = pull(registries, name, platform, new ProgressLines(to));
            to.println("Digest: " + pulled.digest());
            to.println("Status: " + pulled.status());
            to.flush();
            return pulled;
        }
    }

    private Pulled pull(Registries registries, Reference name, Optional<Platform> platform, Progress progress) {
        return new Pull(registries, engine.images(), Store.limits(console), progress).pull(name, platform);
    }
}
