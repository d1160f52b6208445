package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.image.ImageLoader;
import io.whalebox.image.LoadedImage;
import io.whalebox.image.Platform;
import io.whalebox.image.Reference;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.Terminal;
import io.whalebox.linux.WhaleboxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code whalebox load}. */
final class LoadCommand implements Command {
    private static final Flag<String> INPUT = Flag.text(
                    "input", "Read from an archive or a directory instead of standard input")
            .shorthand('i');
    private static final Flag<String> PLATFORM =
            Flag.text("platform", "Load only an image for this platform, such as linux/amd64");
    private static final Flag<Boolean> QUIET =
            Flag.toggle("quiet", "Do not print what was loaded").shorthand('q');

    @Override
    public List<String> names() {
        return List.of("load", "image load");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public String summary() {
        return "Load images from an archive or a directory";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(INPUT, PLATFORM, QUIET);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.NONE;
    }

    @Override
    public int run(CommandLine line, Console console) {
        Optional<Path> input = line.value(INPUT)
                .filter(path -> !path.isEmpty())
                .map(path -> console.files().file(path));
        input.filter(path -> !Files.exists(path)).ifPresent(path -> {
            throw new WhaleboxException(ErrorKind.NOT_FOUND, "open " + path + ": no such file or directory");
        });
        if (input.isEmpty() && Terminal.of(console.caller().input()).isPresent()) {
            throw new WhaleboxException(
                    ErrorKind.INVALID, "requested load from stdin, but stdin is empty: name an archive with --input");
        }
        Optional<Platform> platform = line.value(PLATFORM).map(Platform::parse);
        try (Engine engine = Store.open(console)) {
            ImageLoader loader = platform.map(
                            it -> new ImageLoader(engine.images(), Store.limits(console), it).onlyItsPlatform())
                    .orElseGet(() -> Store.loader(engine, console));
            List<LoadedImage> loaded = input.map(loader::load).orElseGet(() -> loader.load(console.in()));
            ImageEvents events = new ImageEvents(engine);
            loaded.forEach(image -> events.tell(
                    "load",
                    image.image(),
                    image.names().stream()
                            .findFirst()
                            .map(Reference::toString)
                            .orElse(image.image().id().toString())));
            if (!line.isOn(QUIET)) {
                loaded.forEach(
                        image -> image.lines().forEach(text -> console.out().println(Printable.of(text))));
            }
        }
        return 0;
    }
}
