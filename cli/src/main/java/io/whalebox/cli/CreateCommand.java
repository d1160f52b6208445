package io.whalebox.cli;

import io.whalebox.engine.Container;
import io.whalebox.engine.ContainerSpec;
import io.whalebox.engine.Engine;
import java.util.List;
import java.util.Optional;

/** {@code whalebox create}: makes a container that {@code start} runs later. */
final class CreateCommand implements Command {
    @Override
    public List<String> names() {
        return List.of("create", "container create");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] IMAGE [COMMAND] [ARG...]";
    }

    @Override
    public String summary() {
        return "Create a container from an image";
    }

    @Override
    public List<Flag<?>> flags() {
        return RunFlags.OF_CREATION;
    }

    @Override
    public CommandLine.Order order() {
        return CommandLine.Order.FLAGS_FIRST;
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.atLeast(1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        ContainerSpec spec = RunSpec.of(line, console.environment(), console.files());
        Optional<CidFile> cidFile = CidFile.of(line, console);
        try (Engine engine = Store.open(console)) {
            Container container = ImageOnDemand.of(line, console, engine).during(spec, () -> engine.create(spec));
            cidFile.ifPresent(file -> file.write(container.id()));
            console.out().println(container.id());
        } finally {
            cidFile.ifPresent(CidFile::close);
        }
        return 0;
    }
}
