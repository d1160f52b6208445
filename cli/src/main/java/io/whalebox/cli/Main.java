package io.whalebox.cli;

import io.whalebox.linux.Client;
import io.whalebox.linux.LinuxException;
import io.whalebox.linux.Loggers;
import io.whalebox.linux.Processes;
import io.whalebox.linux.WhaleboxException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Finds the command, reads its options, runs it, and turns failures into one line and an exit status. */
public final class Main {
    private static final String PROGRAM = "whalebox";
    private static final String UNKNOWN_FLAG = "unknown flag: --";

    static {
        // Before any class asks for its logger.
        Loggers.use(LineLogger::of);
    }

    private Main() {}

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(
                new Sink(new FileOutputStream(FileDescriptor.out), "standard output"), false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        Console console = Console.ofThisProcess(System.in, out, err);
        int status = run(CallerText.arguments(arguments), console);
        // It need not wait until the kernel has taken this process apart.
        Optional<Client> client = console.caller().client();
        if (client.isPresent()) {
            client.get().exit(status);
        }
        // Not exit(), nor halt(): all is flushed, nothing registers shutdown hooks, and the virtual machine would wait
        // for the threads that listen to the client or copy a terminal's input, which block for ever.
        Processes.leave(status);
    }

    static int run(List<String> words, Console console) {
        try {
            int status = dispatch(words, console);
            console.out().flush();
            return status;
        } catch (WhaleboxException e) {
            // Help, say, to a full disk; commands have their own way to fail.
            console.err().println(PROGRAM + ": " + Printable.messageOf(e));
            return 1;
        }
    }

    private static int dispatch(List<String> words, Console console) {
        CommandLine global;
        try {
            global = CommandLine.parse(GlobalFlags.BEFORE_COMMAND, CommandLine.Order.FLAGS_FIRST, words);
        } catch (UsageException e) {
            return complain(console, e.status(), e.message(), "Usage:  " + PROGRAM + " [OPTIONS] COMMAND [ARG...]", "");
        }
        List<String> rest = global.arguments();
        if (rest.isEmpty() && global.isOn(GlobalFlags.VERSION)) {
            console.out().println("Whalebox version " + VersionCommand.number());
            return 0;
        }
        if (!rest.isEmpty() && rest.getFirst().equals("help")) {
            return help(rest.subList(1, rest.size()), console);
        }
        if (rest.isEmpty() || global.isOn(GlobalFlags.HELP)) {
            console.out().print(Help.of(CommandTable.all()));
            return 0;
        }
        if (!CommandTable.GROUPS.containsKey(rest.getFirst())) {
            Optional<Command> command = CommandTable.find(rest.getFirst());
            return command.isPresent()
                    ? run(command.get(), global, rest.subList(1, rest.size()), console)
                    : unknown(rest.getFirst(), "", console);
        }
        return runInGroup(rest.getFirst(), global, rest.subList(1, rest.size()), console);
    }

    private static int runInGroup(String group, CommandLine global, List<String> words, Console console) {
        CommandLine line;
        try {
            line = CommandLine.parse(GlobalFlags.AFTER_COMMAND, CommandLine.Order.FLAGS_FIRST, words);
        } catch (UsageException e) {
            return complain(console, e.status(), e.message(), "Usage:  " + PROGRAM + " " + group, group);
        }
        if (line.arguments().isEmpty() || line.isOn(GlobalFlags.HELP)) {
            console.out().print(Help.ofGroup(group, CommandTable.GROUPS.getOrDefault(group, ""), CommandTable.all()));
            return 0;
        }
        String name = group + " " + line.arguments().getFirst();
        Optional<Command> command = CommandTable.find(name);
        return command.isPresent()
                ? run(
                        command.get(),
                        global,
                        line.arguments().subList(1, line.arguments().size()),
                        console)
                : unknown(name, group, console);
    }

    private static int run(Command command, CommandLine global, List<String> words, Console console) {
        String name = command.names().getFirst();
        CommandLine line;
        try {
            line = CommandLine.parse(GlobalFlags.with(command.flags()), command.order(), words);
            if (line.isOn(GlobalFlags.HELP)) {
                console.out().print(Help.of(command));
                return 0;
            }
            if (!command.argumentCount().allows(line.arguments().size())) {
                throw new UsageException(
                        UsageException.BAD_ARGUMENTS,
                        PROGRAM + ": '" + PROGRAM + " " + name + "' "
                                + command.argumentCount().demand());
            }
        } catch (UsageException e) {
            return complain(console, e.status(), explained(e.message(), command), Help.usageLine(command), name);
        }
        try {
            Log.configure(
                    line.value(GlobalFlags.LOG_LEVEL)
                            .or(() -> global.value(GlobalFlags.LOG_LEVEL))
                            .orElse(LogLevel.WARN),
                    line.value(GlobalFlags.LOG_FORMAT)
                            .or(() -> global.value(GlobalFlags.LOG_FORMAT))
                            .orElse(LogFormat.TEXT),
                    line.value(GlobalFlags.LOG_FILE)
                            .or(() -> global.value(GlobalFlags.LOG_FILE))
                            .map(file -> console.files().file(file).toString()),
                    console.err());
            int status = command.run(line, console);
            console.out().flush();
            return status;
        } catch (WhaleboxException | LinuxException e) {
            console.out().flush();
            console.err().println(PROGRAM + ": " + Printable.messageOf(e));
            return command.failureStatus(e);
        } catch (InvalidPathException e) {
            console.out().flush();
            console.err()
                    .println(PROGRAM + ": cannot use the path " + Printable.of(e.getInput()) + ": it is not UTF-8");
            return command.failureStatus(e);
        } catch (UncheckedIOException e) {
            // A disk that is full, for one.
            console.out().flush();
            console.err()
                    .println(PROGRAM + ": a file cannot be read or written: "
                            + Printable.of(Optional.ofNullable(e.getCause())
                                    .map(Throwable::getMessage)
                                    .orElse("input or output failed")));
            return command.failureStatus(e);
        } catch (RuntimeException e) {
            // Nobody foresaw this one. One line all the same; where it is from is for those who ask.
            console.out().flush();
            console.err()
                    .println(PROGRAM + ": internal error: " + Printable.of(e.toString())
                            + " (please report it with what --log-level debug says)");
            Loggers.named("io.whalebox.cli")
                    .log(Level.DEBUG, "the error came from " + Arrays.toString(e.getStackTrace()));
            return command.failureStatus(e);
        }
    }

    /** With the reason, for an option of Docker's that is left out on purpose. */
    private static String explained(String message, Command command) {
        return message.startsWith(UNKNOWN_FLAG)
                ? AbsentOptions.reason(command.names().getFirst(), message.substring(UNKNOWN_FLAG.length()))
                        .map(reason -> message + ": " + reason)
                        .orElse(message)
                : message;
    }

    private static int help(List<String> topic, Console console) {
        String name = String.join(" ", topic);
        if (topic.isEmpty()) {
            console.out().print(Help.of(CommandTable.all()));
            return 0;
        }
        if (CommandTable.GROUPS.containsKey(name)) {
            console.out().print(Help.ofGroup(name, CommandTable.GROUPS.getOrDefault(name, ""), CommandTable.all()));
            return 0;
        }
        Optional<Command> command = CommandTable.find(name);
        if (command.isEmpty()) {
            console.err().println("unknown help topic: " + Printable.of(name));
            return UsageException.BAD_ARGUMENTS;
        }
        console.out().print(Help.of(command.get()));
        return 0;
    }

    private static int unknown(String name, String group, Console console) {
        return complain(
                console,
                UsageException.BAD_ARGUMENTS,
                PROGRAM + ": unknown command: " + PROGRAM + " " + Printable.of(name),
                group.isEmpty() ? "" : "Usage:  " + PROGRAM + " " + group,
                group);
    }

    /** What is wrong, how it is meant, and where to read on. */
    private static int complain(Console console, int status, String message, String usage, String command) {
        PrintStream err = console.err();
        err.println(message + "\n");
        if (!usage.isEmpty()) {
            err.println(usage + "\n");
        }
        err.println("Run '" + (PROGRAM + " " + command).strip() + " --help' for more information");
        return status;
    }
}
