package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.image.Platform;
import io.whalebox.image.Reference;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.List;
import java.util.Optional;

/** {@code whalebox pull}. */
final class PullCommand implements Command {
    private static final Flag<String> PLATFORM = Flag.text("platform", "Platform of the image, such as linux/arm64");
    private static final Flag<Boolean> ALL_TAGS =
            Flag.toggle("all-tags", "Download every image of the repository").shorthand('a');
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
        return List.of(ALL_TAGS, PLATFORM, QUIET);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.between(1, 1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        String text = line.arguments().getFirst();
        Reference name = Reference.parse(text);
        boolean untagged = isUntagged(name, text);
        if (line.isOn(ALL_TAGS) && !untagged) {
            throw new WhaleboxException(ErrorKind.INVALID, "tag can't be used with --all-tags/-a");
        }
        Optional<Platform> platform =
                line.value(PLATFORM).filter(p -> !p.isEmpty()).map(Platform::parse);
        Shown shown = line.isOn(QUIET) ? Shown.NOWHERE : Shown.OUTPUT;
        try (Engine engine = Store.open(console)) {
            Pulling pulling = new Pulling(engine, console, shown);
            if (line.isOn(ALL_TAGS)) {
                pulling.pullAll(name, platform);
            } else {
                if (untagged) {
                    shown.say(console, "Using default tag: latest");
                }
                pulling.pull(name, platform);
            }
            console.out().println(line.isOn(ALL_TAGS) ? name.repository() : name.full());
        }
        return 0;
    }

    /** Whether the tag was left to be {@code latest}. */
    static boolean isUntagged(Reference name, String text) {
        return name.digest().isEmpty()
                && !text.substring(text.lastIndexOf('/') + 1).contains(":");
    }
}
