package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.image.ImageSaver;
import io.whalebox.image.Platform;
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
            OutputFile.write(line, console, "save", out -> saver.save(line.arguments(), out));
            line.arguments()
                    .forEach(name ->
                            new ImageEvents(engine).tell("save", engine.images().resolve(name), name));
        }
        return 0;
    }
}
