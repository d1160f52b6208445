package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.image.Reference;
import io.whalebox.image.registry.Push;
import io.whalebox.image.registry.Pushed;
import io.whalebox.image.registry.Registries;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.List;

/** {@code whalebox push}. */
final class PushCommand implements Command {
    private static final Flag<Boolean> ALL_TAGS = Flag.toggle(
                    "all-tags", "Upload every image that has a name in the repository")
            .shorthand('a');
    private static final Flag<Boolean> QUIET =
            Flag.toggle("quiet", "Print only the image's name in the end").shorthand('q');

    @Override
    public List<String> names() {
        return List.of("push", "image push");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] NAME[:TAG]";
    }

    @Override
    public String summary() {
        return "Upload an image to a registry";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(ALL_TAGS, QUIET);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.between(1, 1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        String text = line.arguments().getFirst();
        Reference name = Reference.parse(text);
        boolean untagged = PullCommand.isUntagged(name, text);
        if (line.isOn(ALL_TAGS) && !untagged) {
            throw new WhaleboxException(ErrorKind.INVALID, "tag can't be used with --all-tags/-a");
        }
        Shown shown = line.isOn(QUIET) ? Shown.NOWHERE : Shown.OUTPUT;
        if (untagged && !line.isOn(ALL_TAGS)) {
            shown.say(console, "Using default tag: latest");
        }
        try (Engine engine = Store.open(console);
                Registries registries = Registries.of(console.environment().variables())) {
            List<Reference> names = line.isOn(ALL_TAGS) ? tagsOf(name, engine) : List.of(name);
            for (Reference each : names) {
                shown.during(console, ProgressWords.PUSH, progress -> {
                    Pushed pushed = new Push(registries, engine.images(), progress).push(each);
                    progress.end();
                    new ImageEvents(engine).tell("push", each);
                    shown.say(console, pushed.toString());
                });
            }
        }
        if (shown == Shown.NOWHERE) {
            console.out().println(line.isOn(ALL_TAGS) ? name.repository() : name.full());
        }
        return 0;
    }

    private static List<Reference> tagsOf(Reference repository, Engine engine) {
        List<Reference> names = engine.images().list().stream()
                .flatMap(image -> image.names().stream())
                .filter(name -> name.repository().equals(repository.repository()))
                .filter(name -> name.tag().isPresent())
                .sorted()
                .toList();
        if (names.isEmpty()) {
            throw new WhaleboxException(
                    ErrorKind.NOT_FOUND,
                    "an image does not exist locally with the tag: " + repository.familiarRepository());
        }
        return names;
    }
}
