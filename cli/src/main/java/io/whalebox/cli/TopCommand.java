package io.whalebox.cli;

import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.Engine;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.util.List;

/** {@code whalebox top}: the processes of a container, as the machine's own {@code ps} shows them. */
final class TopCommand implements Command {
    /** What Docker asks ps for. */
    private static final List<String> STANDARD = List.of("-ef");

    private static final int NARROWEST = 20;

    @Override
    public List<String> names() {
        return List.of("top", "container top");
    }

    @Override
    public String synopsis() {
        return "CONTAINER [ps OPTIONS]";
    }

    @Override
    public String summary() {
        return "Show the processes of a container as ps(1) does";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of();
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
        List<String> options = line.arguments().size() > 1
                ? line.arguments().subList(1, line.arguments().size())
                : STANDARD;
        try (Engine engine = Store.open(console)) {
            ContainerRecord container = engine.find(line.arguments().getFirst());
            if (!engine.isRunning(container)) {
                throw new WhaleboxException(ErrorKind.CONFLICT, "container " + container.id() + " is not running");
            }
            ProcessTable table = ProcessTable.of(engine.container(container).processes(), options);
            engine.container(container).tell("top");
            console.out().print(Table.align(table.lines(), NARROWEST));
        }
        return 0;
    }
}
