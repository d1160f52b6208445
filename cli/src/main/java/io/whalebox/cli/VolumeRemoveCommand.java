package io.whalebox.cli;

import io.whalebox.engine.Engine;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.List;

/** {@code whalebox volume rm}. */
final class VolumeRemoveCommand implements Command {
    private static final Flag<Boolean> FORCE = Flag.toggle("force", "Do not complain of a volume that is not there")
            .shorthand('f');

    @Override
    public List<String> names() {
        return List.of("volume rm", "volume remove");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] VOLUME [VOLUME...]";
    }

    @Override
    public String summary() {
        return "Remove volumes, with what is in them";
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
            return EachArgument.of(line.arguments(), console, name -> {
                try {
                    engine.volumes().remove(engine.volumes().get(name));
                } catch (WhaleboxException e) {
                    if (e.kind() != ErrorKind.NOT_FOUND || !line.isOn(FORCE)) {
                        throw e;
                    }
                }
                console.out().println(Printable.of(name));
            });
        }
    }
}
