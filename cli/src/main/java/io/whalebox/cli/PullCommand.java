package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.image.Platform;
import io.whalebox.image.Reference;
import java.util.List;
import java.util.Optional;

/** {@code whalebox pull}. */
final class PullCommand implements Command {
    static final Flag<String> PLATFORM = Flag.text("platform", "Platform of the image, such as linux/arm64");
    private static final Flag<Boolean> QUIET =
            Flag.toggle("quiet", "Print only the image's name in the end").shorthand('q');

    @Override
    public List<String> names() {
        return List.of("pull", "image pull");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] NAME[:TAG|@DIGEST]";
    }

    @Override
    public String summary() {
        return "Download an image from a registry";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(PLATFORM, QUIET);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.between(1, 1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        String text = line.arguments().getFirst();
        Reference name = Reference.parse(text);
        Optional<Platform> platform =
                line.value(PLATFORM).filter(p -> !p.isEmpty()).map(Platform::parse);
        try (Engine engine = Store.open(console)) {
            boolean quiet = line.isOn(QUIET);
            if (!quiet && isUntagged(name, text)) {
                console.out().println("Using default tag: latest");
            }
            new Pulling(engine, console, quiet ? Pulling.Shown.NOTHING : Pulling.Shown.OUTPUT).pull(name, platform);
            console.out().println(name.full());
        }
        return 0;
    }

    /** Whether the tag was left to be {@code latest}. */
    private static boolean isUntagged(Reference name, String text) {
        return name.digest().isEmpty()
                && !text.substring(text.lastIndexOf('/') + 1).contains(":");
    }
}
