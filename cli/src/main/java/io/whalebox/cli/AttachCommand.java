package io.whalebox.cli;

import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.ContainerStatus;
import io.whalebox.engine.Engine;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.DetachKeys;
import java.util.List;

/** {@code whalebox attach}. */
final class AttachCommand implements Command {
    private static final Flag<Boolean> NO_STDIN = Flag.toggle("no-stdin", "Do not attach standard input");
    private static final Flag<String> DETACH_KEYS = RunFlags.DETACH_KEYS;
    private static final Flag<Boolean> SIG_PROXY = RunFlags.SIG_PROXY;

    @Override
    public List<String> names() {
        return List.of("attach", "container attach");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER";
    }

    @Override
    public String summary() {
        return "Attach to the streams of a container that runs";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(NO_STDIN, DETACH_KEYS, SIG_PROXY);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.between(1, 1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        try (Engine engine = Store.open(console)) {
            ContainerRecord record = engine.find(line.arguments().getFirst());
            if (engine.status(record) == ContainerStatus.RESTARTING) {
                throw new WhaleboxException(
                        ErrorKind.CONFLICT, "You cannot attach to a restarting container, wait until it is running");
            }
            if (!engine.isRunning(record)) {
                throw new WhaleboxException(
                        ErrorKind.CONFLICT, "You cannot attach to a stopped container, start it first");
            }
            if (engine.isPaused(record)) {
                throw new WhaleboxException(
                        ErrorKind.CONFLICT, "You cannot attach to a paused container, unpause it first");
            }
            boolean interactive = record.stdin() && !line.isOn(NO_STDIN);
            DetachKeys keys = line.value(DETACH_KEYS).map(DetachKeys::of).orElse(DetachKeys.DEFAULT);
            return new AttachedSession(
                            console.caller(), keys, line.value(SIG_PROXY).orElse(true))
                    .join(engine.container(record), record.terminal(), interactive)
                    .exitStatus();
        }
    }
}
