package io.whalebox.cli;

import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.Engine;
import io.whalebox.engine.ExecSpec;
import io.whalebox.linux.Terminal;
import io.whalebox.runtime.DetachKeys;
import io.whalebox.runtime.LaunchException;
import io.whalebox.runtime.Step;
import java.util.List;
import java.util.Optional;

/** {@code whalebox exec}: runs a further program in a container that runs. */
final class ExecCommand implements Command {
    private static final int FAILED = 1;
    /** What Docker's engine says of a program that could not be started for any other reason than itself. */
    private static final int NOT_STARTED = 128;

    private static final Flag<Boolean> DETACH =
            Flag.toggle("detach", "Leave the program to itself").shorthand('d');
    private static final Flag<String> DETACH_KEYS = Flag.text(
                    "detach-keys", "Keys that leave the program's terminal without ending it")
            .standard("\"ctrl-p,ctrl-q\"");
    private static final Flag<Boolean> INTERACTIVE =
            Flag.toggle("interactive", "Connect standard input to the program").shorthand('i');
    private static final Flag<Boolean> PRIVILEGED =
            Flag.toggle("privileged", "Give the program all capabilities that this machine has");
    private static final Flag<Boolean> TTY =
            Flag.toggle("tty", "Give the program a terminal").shorthand('t');

    @Override
    public List<String> names() {
        return List.of("exec", "container exec");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER COMMAND [ARG...]";
    }

    @Override
    public String summary() {
        return "Run a program in a container that runs";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(
                DETACH,
                DETACH_KEYS,
                RunFlags.ENV,
                RunFlags.ENV_FILE,
                INTERACTIVE,
                PRIVILEGED,
                TTY,
                RunFlags.USER,
                RunFlags.WORKDIR);
    }

    @Override
    public CommandLine.Order order() {
        return CommandLine.Order.FLAGS_FIRST;
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.atLeast(2);
    }

    @Override
    public int failureStatus(RuntimeException failure) {
        if (failure instanceof LaunchException launch) {
            return launch.subject() instanceof Step.Subject.Setup ? NOT_STARTED : launch.exitStatus();
        }
        return FAILED;
    }

    @Override
    public int run(CommandLine line, Console console) {
        DetachKeys keys = RunFlags.detachKeys(line, DETACH_KEYS);
        boolean interactive = line.isOn(INTERACTIVE);
        boolean attached = !line.isOn(DETACH);
        if (attached
                && line.isOn(TTY)
                && interactive
                && Terminal.of(console.caller().input()).isEmpty()) {
            console.err().println("whalebox: the input device is not a TTY: leave out -t, or run it in a terminal");
            return FAILED;
        }
        List<String> arguments = line.arguments();
        ExecSpec spec = spec(line, console, arguments.subList(1, arguments.size()));
        try (Engine engine = Store.open(console)) {
            ContainerRecord container = engine.find(arguments.getFirst());
            ExecSession session = new ExecSession(console.caller(), keys, line.isOn(TTY), interactive);
            if (attached) {
                return session.run(engine, container, spec);
            }
            var _ = engine.exec(container, line.isOn(TTY) ? spec.terminal(session.size()) : spec, List.of());
            return 0;
        }
    }

    private static ExecSpec spec(CommandLine line, Console console, List<String> command) {
        ExecSpec spec = ExecSpec.of(command)
                .env(RunSpec.variables(line, console.environment(), console.files()))
                .stdin(line.isOn(INTERACTIVE))
                .privileged(line.isOn(PRIVILEGED));
        Optional<String> user = line.value(RunFlags.USER).filter(text -> !text.isEmpty());
        Optional<String> directory = line.value(RunFlags.WORKDIR).filter(text -> !text.isEmpty());
        ExecSpec withUser = user.map(spec::user).orElse(spec);
        return directory.map(withUser::workingDirectory).orElse(withUser);
    }
}
