package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.image.Image;
import io.whalebox.image.ImageSaver;
import io.whalebox.image.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code whalebox save}. */
final class SaveCommand implements Command {
    static final Flag<String> PLATFORM =
            Flag.text("platform", "Save only an image for this platform, such as linux/amd64");

    @Override
    public List<String> names() {
        return List.of("save", "image save");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] IMAGE [IMAGE...]";
    }

    @Override
    public String summary() {
        return "Write images into an archive that docker, podman and skopeo read too";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(OutputFile.FLAG, PLATFORM);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.atLeast(1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        Optional<Platform> platform = line.value(PLATFORM).map(Platform::parse);
        try (Engine engine = Store.open(console)) {
            ImageSaver saver = new ImageSaver(engine.images(), platform);
            List<Image> saved = new ArrayList<>();
            OutputFile.write(line, console, "save", out -> saved.addAll(saver.save(line.arguments(), out)));
            ImageEvents events = new ImageEvents(engine);
            saved.forEach(image -> events.tell("save", image, image.id().toString()));
        }
        return 0;
    }
}
