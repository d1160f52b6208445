package io.whalebox.cli;

import io.whalebox.engine.ContainerSpec;
import io.whalebox.engine.Engine;
import io.whalebox.image.Platform;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.Optional;
import java.util.function.Supplier;

/** Sees to it that the image of a container that is about to be made is here, as {@code --pull} says. */
record ImageOnDemand(Engine engine, PullPolicy policy, Optional<Platform> platform, Pulling pulling) {

    static ImageOnDemand of(CommandLine line, Console console, Engine engine) {
        return new ImageOnDemand(
                engine,
                PullPolicy.parse(line.value(RunFlags.PULL).orElse("")),
                line.value(RunFlags.PLATFORM).filter(text -> !text.isEmpty()).map(Platform::parse),
                new Pulling(engine, console, line.isOn(RunFlags.QUIET) ? Shown.NOWHERE : Shown.ERRORS));
    }

    /** Does what needs the image, a second time if it was not here. */
    <T> T during(ContainerSpec spec, Supplier<T> work) {
        policy.before(engine, spec.image(), platform, pulling);
        try {
            return work.get();
        } catch (WhaleboxException e) {
            // Looked for only now: a command whose image is there is not to pay for the question.
            if (e.kind() != ErrorKind.NOT_FOUND || !policy.found(engine, spec.image(), platform, pulling)) {
                throw e;
            }
            return work.get();
        }
    }
}
