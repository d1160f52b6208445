package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.image.Image;
import io.whalebox.image.Reference;
import java.util.List;

/** {@code whalebox tag}. */
final class TagCommand implements Command {
    @Override
    public List<String> names() {
        return List.of("tag", "image tag");
    }

    @Override
    public String synopsis() {
        return "SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]";
    }

    @Override
    public String summary() {
        return "Give an image another name";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of();
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.between(2, 2);
    }

    @Override
    public int run(CommandLine line, Console console) {
        Reference name = Reference.parse(line.arguments().get(1));
        try (Engine engine = Store.open(console)) {
            Image image = engine.images().resolve(line.arguments().getFirst());
            engine.images().tag(image, name);
            new ImageEvents(engine).tell("tag", image, name.toString());
        }
        return 0;
    }
}
