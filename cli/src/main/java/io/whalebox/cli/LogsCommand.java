package io.whalebox.cli;

import io.whalebox.engine.ContainerLog;
import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.Engine;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/** {@code whalebox logs}. */
final class LogsCommand implements Command {
    private static final Flag<Boolean> FOLLOW =
            Flag.toggle("follow", "Go on with what is printed from now on").shorthand('f');
    private static final Flag<OptionalInt> TAIL = Flag.single(
                    "tail", "string", LogsCommand::lines, "How many of the last lines to show, or \"all\"")
            .shorthand('n')
            .standard("\"all\"");
    private static final Flag<String> SINCE = Flag.single(
            "since", "string", Function.identity(), "Leave out what is older: a time, or how long ago, such as 42m");
    private static final Flag<String> UNTIL = Flag.single(
            "until", "string", Function.identity(), "Leave out what is newer: a time, or how long ago, such as 42m");
    private static final Flag<Boolean> TIMESTAMPS =
            Flag.toggle("timestamps", "Show the time of each line").shorthand('t');

    private static OptionalInt lines(String text) {
        if (text.equals("all")) {
            return OptionalInt.empty();
        }
        try {
            int lines = Integer.parseInt(text);
            return lines < 0 ? OptionalInt.empty() : OptionalInt.of(lines);
        } catch (NumberFormatException e) {
            // Docker shows everything then too.
            return OptionalInt.empty();
        }
    }

    @Override
    public List<String> names() {
        return List.of("logs", "container logs");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS] CONTAINER";
    }

    @Override
    public String summary() {
        return "Show what a container has printed";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(FOLLOW, TAIL, SINCE, UNTIL, TIMESTAMPS);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.between(1, 1);
    }

    @Override
    public int run(CommandLine line, Console console) {
        Instant now = Instant.now();
        ContainerLog.Query query = new ContainerLog.Query(
                line.value(TAIL).orElse(OptionalInt.empty()),
                line.value(SINCE).map(text -> Moment.parse(text, now)),
                line.value(UNTIL).map(text -> Moment.parse(text, now)),
                line.isOn(FOLLOW));
        boolean timestamps = line.isOn(TIMESTAMPS);
        try (Engine engine = Store.open(console)) {
            ContainerRecord container = engine.find(line.arguments().getFirst());
            if (!container.spec().life().logging().isRecorded()) {
                throw new WhaleboxException(
                        ErrorKind.PRECONDITION, "configured logging driver does not support reading");
            }
            engine.log(container).read(query, entry -> {
                PrintStream to = entry.error() ? console.err() : console.out();
                if (timestamps) {
                    to.print(entry.time() + " ");
                }
                byte[] bytes = new byte[entry.bytes().remaining()];
                entry.bytes().get(bytes);
                to.write(bytes, 0, bytes.length);
                if (query.follow()) {
                    to.flush();
                }
                if (to.checkError()) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        return 0;
    }
}
