package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.image.Removed;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.List;

/** {@code whalebox rmi}. */
final class RmiCommand implements Command {
    private static final Flag<Boolean> FORCE = Flag.toggle(
                    "force", "Remove an image that has several names or is used by stopped containers too")
            .shorthand('f');

    @Override
    public List<String> names() {
        return List.of("rmi", "image rm", "image remove");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] IMAGE [IMAGE...]";
    }

    @Override
    public String summary() {
        return "Remove images";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(FORCE);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.atLeast(1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        try (Engine engine = Store.open(console)) {
            return EachArgument.of(
                    line.arguments(), console, image -> remove(engine, image, line.isOn(FORCE), console));
        }
    }

    private static void remove(Engine engine, String image, boolean force, Console console) {
        try {
            String id = engine.images().resolve(image).id().toString();
            List<Removed> steps = engine.images().remove(image, force);
            steps.forEach(step -> console.out().println(step));
            new ImageEvents(engine).removed(steps, id);
        } catch (WhaleboxException e) {
            // Who uses force wants it gone, and it is.
            if (!force || e.kind() != ErrorKind.NOT_FOUND) {
                throw e;
            }
            console.out().flush();
            console.err().println("whalebox: " + Printable.messageOf(e));
        }
    }
}
