package io.whalebox.cli;

import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.Engine;
import io.whalebox.engine.StartOptions;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.DetachKeys;
import java.util.List;

/** {@code whalebox start}. */
final class StartCommand implements Command {
    private static final Flag<Boolean> ATTACH = Flag.toggle(
                    "attach", "Show its output and pass signals on, until it ends")
            .shorthand('a');
    private static final Flag<Boolean> INTERACTIVE =
            Flag.toggle("interactive", "Connect standard input to it").shorthand('i');

    @Override
    public List<String> names() {
        return List.of("start", "container start");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER [CONTAINER...]";
    }

    @Override
    public String summary() {
        return "Start containers that do not run";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(ATTACH, INTERACTIVE, RunFlags.DETACH_KEYS);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.atLeast(1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        List<String> names = line.arguments();
        boolean attached = line.isOn(ATTACH) || line.isOn(INTERACTIVE);
        if (attached && names.size() > 1) {
            throw new WhaleboxException(ErrorKind.INVALID, "you cannot start and attach multiple containers at once");
        }
        try (Engine engine = Store.open(console)) {
            if (attached) {
                return attached(engine, engine.find(names.getFirst()), line, console);
            }
            return EachArgument.of(names, console, name -> {
                var _ = engine.start(engine.find(name), StartOptions.detached());
                console.out().println(Printable.of(name));
            });
        }
    }

    private static int attached(Engine engine, ContainerRecord container, CommandLine line, Console console) {
        boolean interactive = line.isOn(INTERACTIVE) && container.stdin();
        DetachKeys keys = RunFlags.detachKeys(line, RunFlags.DETACH_KEYS);
        return new AttachedSession(console.caller(), keys, !container.terminal())
                .start(engine, container, interactive)
                .exitStatus();
    }
}
