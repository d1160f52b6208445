package io.whalebox.cli;

import io.whalebox.linux.Client;
import io.whalebox.linux.ControlSocket;
import io.whalebox.linux.Fd;
import io.whalebox.linux.FdInputStream;
import io.whalebox.linux.Pipe;
import io.whalebox.runtime.CapabilitySet;
import io.whalebox.runtime.seccomp.KeptFilters;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Runs the usual commands once, with nobody looking: the JVM that is asked for an AOT cache remembers what they
 * loaded and linked. The build calls this with a store of its own, which is thrown away afterwards. There are two such
 * caches, since a JVM looks at all that is in its own before it begins: what only an engine needs would cost a single
 * command more than the command itself does.
 */
final class Rehearsal {
    /** As commands of a JVM of their own: those that are not run to wait for others anyway, such as a registry. */
    private static final List<List<String>> ALONE = List.of(
            List.of("version"),
            List.of("run", "--help"),
            List.of("run", "--no-such-option"),
            List.of("images"),
            List.of("run", "--rm", "-i", "-m", "64m", "--network", "none", "--name", "first", "busybox", "true"),
            List.of("run", "-v", "/tmp:/mnt:ro", "--network", "none", "--cpus", "0.5", "busybox", "sh", "-c", "exit 3"),
            List.of("run", "--network", "none", "busybox", "no-such-program"),
            List.of("ps", "-a"),
            List.of("rm", "no-such-container"));

    /** As clients' commands in an engine that stays. */
    private static final List<List<String>> SERVED = List.of(
            List.of("version"),
            List.of("run", "--rm", "--network", "none", "busybox", "true"),
            List.of("run", "-d", "--network", "none", "--name", "second", "busybox", "sleep", "60"),
            List.of("exec", "second", "true"),
            List.of("run", "--rm", "--network", "bridge", "-p", "8080:80", "busybox", "true"),
            List.of("ps"),
            List.of("logs", "second"),
            List.of("inspect", "second"),
            List.of("run", "--network", "none", "--explain", "busybox", "true"),
            List.of("images"),
            List.of("info"),
            // Nobody listens there, which takes no time and loads what talks to registries.
            List.of("pull", "127.0.0.1:9/nothing"),
            List.of("rm", "-f", "second"),
            List.of("engine", "stop"));

    /** A build does not wait longer for what only makes it fast. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Rehearsal() {}

    /**
     * Rehearses.
     *
     * @param arguments {@code engine} for one that stays; {@code command} for single ones; {@code filters DIRECTORY} is
     *     no rehearsal, but compiles what both will find there
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        switch (arguments[0]) {
            case "filters" ->
                KeptFilters.keep(
                        Path.of(arguments[1]),
                        // What a container may have whose user wants nothing special.
                        CapabilitySet.DEFAULT.within(CapabilitySet.bounding()).given());
            case "engine" -> serve();
            case "command" -> command();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    private static void command() {
        ControlSocket.Pair pair = ControlSocket.pair();
        try (Fd _ = pair.theirs();
                Client client = Client.over(pair.ours(), task -> Thread.startVirtualThread(task))) {
            // A command that fails here, for want of root or of a kernel feature, will be slower later and no worse.
            ALONE.forEach(command -> Main.run(command, console(client)));
        }
    }

    private static Console console(Client client) {
        PrintStream nowhere = new PrintStream(new Sink(OutputStream.nullOutputStream(), "nowhere"));
        Console own = Console.ofThisProcess(InputStream.nullInputStream(), nowhere, nowhere);
        Caller caller = own.caller();
        return new Console(
                own.in(),
                nowhere,
                nowhere,
                own.environment(),
                own.directory(),
                new Caller(caller.input(), caller.output(), caller.error(), caller.typed(), Optional.of(client)),
                own.engines(),
                own.service());
    }

    private static void serve() throws IOException, InterruptedException {
        Pipe ready = Pipe.open();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        Console console = Console.ofThisProcess(InputStream.nullInputStream(), nowhere, nowhere);
        Thread engine = Thread.ofPlatform()
                .daemon()
                .start(() -> Main.run(
                        List.of(
                                "engine",
                                "serve",
                                "--ready-fd",
                                Integer.toString(ready.write().number())),
                        console));
        try (Fd read = ready.read()) {
            var _ = new FdInputStream(read).readAllBytes();
        }
        for (List<String> command : SERVED) {
            List<String> words = new ArrayList<>(List.of(System.getProperty("whalebox.build") + "/client"));
            words.addAll(command);
            Process client = new ProcessBuilder(words)
                    .redirectInput(Redirect.from(new File("/dev/null")))
                    .redirectOutput(Redirect.DISCARD)
                    .redirectError(Redirect.DISCARD)
                    .start();
            if (!client.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                client.destroyForcibly();
            }
        }
        engine.join(PATIENCE);
    }
}
