package io.whalebox.cli;

import io.whalebox.engine.CommitOptions;
import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.Engine;
import io.whalebox.image.Image;
import io.whalebox.image.Reference;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** {@code whalebox commit}. */
final class CommitCommand implements Command {
    private static final Flag<String> AUTHOR =
            Flag.text("author", "Say who made the image").shorthand('a');
    private static final Flag<String> CHANGE = Flag.list(
                    "change", "list", Function.identity(), "Apply a Dockerfile instruction, such as 'CMD [\"sh\"]'")
            .shorthand('c');
    private static final Flag<String> MESSAGE =
            Flag.text("message", "Say in the image's history what changed").shorthand('m');
    private static final Flag<Boolean> PAUSE = Flag.toggle("pause", "Let the container stand still meanwhile")
            .shorthand('p')
            .standard("true");

    @Override
    public List<String> names() {
        return List.of("commit", "container commit");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]";
    }

    @Override
    public String summary() {
        return "Make an image of a container's changes";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(AUTHOR, CHANGE, MESSAGE, PAUSE);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.between(1, 2);
    }

    @Override
    public int run(CommandLine line, Console console) {
        CommitOptions options = new CommitOptions(
                name(line.arguments()), line.values(CHANGE), line.value(AUTHOR), line.value(MESSAGE), Instant.now());
        try (Engine engine = Store.open(console)) {
            ContainerRecord container = engine.find(line.arguments().getFirst());
            Image image = engine.files(container)
                    .commit(Store.limits(console), line.value(PAUSE).orElse(true), options);
            console.out().println(image.id());
        }
        return 0;
    }

    private static Optional<Reference> name(List<String> arguments) {
        Optional<Reference> name = arguments.stream().skip(1).findFirst().map(Reference::parse);
        name.filter(it -> it.digest().isPresent()).ifPresent(it -> {
            throw new WhaleboxException(ErrorKind.INVALID, "cannot commit to " + it + ": a digest can't be given");
        });
        return name;
    }
}
