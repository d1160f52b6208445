package io.whalebox.engine;

import io.whalebox.image.Reference;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What an image of a container is to say of itself.
 *
 * @param name it gets none without
 * @param changes to how its containers start, each an instruction such as {@code CMD ["sh"]}
 */
public record CommitOptions(
        Optional<Reference> name,
        List<String> changes,
        Optional<String> author,
        Optional<String> message,
        Instant created) {
    public CommitOptions {
        changes = List.copyOf(changes);
    }
}
