package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.image.Image;
import io.whalebox.image.Platform;
import io.whalebox.image.Reference;
import io.whalebox.image.RootFsImport;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** {@code whalebox import}: an image from the tar of a root file system. */
final class ImportCommand implements Command {
    private static final Flag<String> CHANGE = Flag.list(
                    "change", "list", Function.identity(), "Apply a Dockerfile instruction, such as 'CMD [\"sh\"]'")
            .shorthand('c');
    private static final Flag<String> MESSAGE =
            Flag.text("message", "Say in the image's history where it is from").shorthand('m');

    private static final Flag<Platform> PLATFORM =
            Flag.single("platform", "string", Platform::parse, "Platform of the image, such as linux/arm64");

    @Override
    public List<String> names() {
        return List.of("import", "image import");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] file|- [REPOSITORY[:TAG]]";
    }

    @Override
    public String summary() {
        return "Make an image of a root file system's tar, plain or compressed";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(CHANGE, MESSAGE, PLATFORM);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.atLeast(1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        String source = line.arguments().getFirst();
        Optional<Reference> name = line.arguments().stream().skip(1).findFirst().map(Reference::parse);
        RootFsImport.Options options = new RootFsImport.Options(
                name,
                line.values(CHANGE),
                line.value(MESSAGE),
                line.value(PLATFORM).orElseGet(Platform::host),
                Instant.now());
        try (Engine engine = Store.open(console)) {
            RootFsImport imports = new RootFsImport(engine.images(), Store.limits(console));
            Image image = source.equals("-")
                    ? imports.importFrom(console.in(), options)
                    : imports.importFrom(file(source, console), options);
            new ImageEvents(engine)
                    .tell(
                            "import",
                            image,
                            name.map(Reference::toString).orElse(image.id().toString()));
            console.out().println(image.id());
        }
        return 0;
    }

    private static Path file(String source, Console console) {
        if (source.startsWith("http://") || source.startsWith("https://")) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "cannot import from the network: download it, or pipe it into whalebox import -");
        }
        Path file = console.files().file(source);
        if (!Files.exists(file)) {
            throw new WhaleboxException(ErrorKind.NOT_FOUND, "open " + source + ": no such file or directory");
        }
        if (Files.isDirectory(file)) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "cannot import " + source + ": it is a directory, and images are made of tars (tar -C " + source
                            + " -c . | whalebox image import - NAME)");
        }
        return file;
    }
}
