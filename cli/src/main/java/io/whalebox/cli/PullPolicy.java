package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.image.Platform;
import io.whalebox.image.Reference;
import java.util.Optional;
import java.util.regex.Pattern;

/** When a command that needs an image pulls it. */
enum PullPolicy {
    ALWAYS,
    MISSING,
    NEVER;

    static PullPolicy parse(String text) {
        return switch (text) {
            case "always" -> ALWAYS;
            case "missing", "" -> MISSING;
            case "never" -> NEVER;
            default ->
                throw Strconv.invalid(
                        "invalid pull option: '" + text + "': must be one of \"always\", \"missing\" or \"never\"");
        };
    }

    /** An id is no name, so no registry has it. */
    private static final Pattern ID = Pattern.compile("(?:sha256:)?[0-9a-f]{64}");

    /** Before the image is looked for. */
    void before(Engine engine, String image, Optional<Platform> platform, Pulling pulling) {
        if (this == ALWAYS && DistributionImages.make(engine, image, pulling.console())) {
            return;
        }
        if (this == ALWAYS || (this == MISSING && isForAnother(engine, image, platform))) {
            pulling.pull(Reference.parse(image), platform);
        }
    }

    private static boolean isForAnother(Engine engine, String image, Optional<Platform> platform) {
        return platform.isPresent()
                && !ID.matcher(image).matches()
                && engine.images()
                        .find(Reference.parse(image))
                        .filter(here -> !here.config().platform().runsOn(platform.get()))
                        .isPresent();
    }

    /** After it was not found; says whether looking again is worth it. */
    boolean found(Engine engine, String image, Optional<Platform> platform, Pulling pulling) {
        if (DistributionImages.make(engine, image, pulling.console())) {
            return true;
        }
        if (this != MISSING || ID.matcher(image).matches() || isHere(engine, image)) {
            return false;
        }
        Reference name = Reference.parse(image);
        pulling.console().err().println("Unable to find image '" + name + "' locally");
        pulling.pull(name, platform);
        return true;
    }

    /** Something else was not found, then. */
    private static boolean isHere(Engine engine, String image) {
        return engine.images().find(Reference.parse(image)).isPresent();
    }
}
