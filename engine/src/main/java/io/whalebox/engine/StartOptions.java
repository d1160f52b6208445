package io.whalebox.engine;

import io.whalebox.runtime.Attachment;
import io.whalebox.runtime.Spec;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * How a container is started that lives on its own.
 *
 * @param attachments streams that miss nothing of its output
 * @param console the size of its terminal at first, if it gets one and that is known
 * @param created told the id of a container that is made and about to be started
 */
public record StartOptions(List<Attachment> attachments, Optional<Spec.Console> console, Consumer<String> created) {
    public StartOptions {
        attachments = List.copyOf(attachments);
    }

    /** Left to itself from the beginning. */
    public static StartOptions detached() {
        return new StartOptions(List.of(), Optional.empty(), _ -> {});
    }
}
