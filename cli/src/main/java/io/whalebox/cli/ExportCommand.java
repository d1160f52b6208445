package io.whalebox.cli;

import io.whalebox.engine.ContainerFiles;
import io.whalebox.engine.Engine;
import java.util.List;

/** {@code whalebox export}. */
final class ExportCommand implements Command {
    @Override
    public List<String> names() {
        return List.of("export", "container export");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER";
    }

    @Override
    public String summary() {
        return "Write all files of a container into a tar archive";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(OutputFile.FLAG);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.between(1, 1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        try (Engine engine = Store.open(console)) {
            ContainerFiles files = engine.files(engine.find(line.arguments().getFirst()));
            OutputFile.write(line, console, "export", files::export);
        }
        return 0;
    }
}
