package io.whalebox.cli;

import io.whalebox.engine.Engine;
import java.util.List;

/** {@code whalebox rename}. */
final class RenameCommand implements Command {
    @Override
    public List<String> names() {
        return List.of("rename", "container rename");
    }

    @Override
    public String synopsis() {
        return "CONTAINER NEW_NAME";
    }

    @Override
    public String summary() {
        return "Give a container another name";
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
        try (Engine engine = Store.open(console)) {
            engine.rename(
                    engine.find(line.arguments().getFirst()), line.arguments().get(1));
        }
        return 0;
    }
}
