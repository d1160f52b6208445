package io.whalebox.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The real command, on a store and a run directory of its own, which are gone when it is closed. */
final class Whalebox implements AutoCloseable {
    /** What an engine holds of a launcher that stands ready, which at a given moment may be on its way. */
    static final int LAUNCHER_DESCRIPTORS = 2;

    private static final Pattern PROCESS = Pattern.compile("process (\\d+)");

    private final Path home;

    /** {@code on} for commands that an engine runs which stays, {@code off} for those that each have their own. */
    private final String engine;

    private Whalebox(Path home, String engine) {
        this.home = home;
        this.engine = engine;
    }

    static Whalebox withStoreOfItsOwn() {
        return new Whalebox(temporary(), "off");
    }

    /** With an engine that runs all commands, from the first one on. */
    static Whalebox withEngineOfItsOwn() {
        return new Whalebox(temporary(), "on");
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("whalebox-acceptance");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Where this one keeps images and containers. */
    Path store() {
        return home.resolve("store");
    }

    Path runDirectory() {
        return home.resolve("run");
    }

    /** {@code ./whalebox ARGUMENT…}, ready to start. */
    Command command(String... arguments) {
        return by("whalebox", arguments);
    }

    /** The same by the client itself, without the script that builds it first where that is needed. */
    Command client(String... arguments) {
        return by("build/current/client", arguments);
    }

    private Command by(String program, String... arguments) {
        List<String> words = new ArrayList<>();
        words.add(Project.ROOT.resolve(program).toString());
        words.addAll(Arrays.asList(arguments));
        return Command.of(words)
                .environment("WHALEBOX_ROOT", store().toString())
                .environment("WHALEBOX_RUN", runDirectory().toString())
                .environment("WHALEBOX_ENGINE", engine);
    }

    /** {@code ./whalebox run --rm ARGUMENT…} to its end. */
    Command.Result run(String... arguments) {
        return container(arguments).run();
    }

    /** {@code ./whalebox run --rm ARGUMENT…}, ready to start; without a network, unless an option says which. */
    Command container(String... arguments) {
        boolean connected = Arrays.stream(arguments).anyMatch(argument -> argument.startsWith("--network"));
        return command(Stream.concat(
                        connected ? Stream.of("run", "--rm") : Stream.of("run", "--rm", "--network=none"),
                        Arrays.stream(arguments))
                .toArray(String[]::new));
    }

    /** What a command prints that ends well, without the end of its last line. */
    String text(String... arguments) {
        return command(arguments).run().successful().text().stripTrailing();
    }

    /**
     * All that has happened in the last hour.
     *
     * @param format as {@code --format} takes it; empty for Docker's own
     * @param filters as {@code --filter} takes them
     */
    String events(String format, String... filters) {
        List<String> words = new ArrayList<>(List.of("events", "--since", "1h", "--format", format, "--until"));
        words.add(Long.toString(System.currentTimeMillis() / 1000 + 1));
        Arrays.stream(filters).forEach(filter -> words.addAll(List.of("--filter", filter)));
        return text(words.toArray(String[]::new));
    }

    /** One field of what {@code inspect} tells of a container. */
    String inspect(String template, String name) {
        return text("inspect", "--format", template, name);
    }

    /** Waits until a container has printed something. */
    void awaitLog(String name, String part) {
        try (Command.Running logs = command("logs", "-f", name).start()) {
            logs.await(part);
        }
    }

    /** Removes all containers, after which nothing of them is left. */
    void removeContainers() {
        text("ps", "-aq").lines().forEach(id -> text("rm", "-f", id));
        for (Path directory : List.of(
                store().resolve("containers"),
                store().resolve("names"),
                store().resolve("removed"),
                runDirectory().resolve("owned"))) {
            Eventually.await(() -> Project.isEmpty(directory));
        }
    }

    /** Kills the engine that stays, and returns when it is no more. */
    void killEngine() {
        long engine = engine();
        Command.of("kill", "-9", Long.toString(engine)).run().successful();
        Eventually.await(() -> ProcessHandle.of(engine).isEmpty());
    }

    /** What a script prints in a container of the busybox image, once it has ended well. */
    String shell(String script, String... options) {
        List<String> arguments = new ArrayList<>(List.of(options));
        arguments.addAll(List.of("busybox", "sh", "-c", script));
        return run(arguments.toArray(String[]::new)).successful().text().stripTrailing();
    }

    /** The process of the engine that stays. */
    long engine() {
        String status = command("engine", "status").run().successful().text();
        Matcher process = PROCESS.matcher(status);
        assertThat(process.find()).as(status).isTrue();
        return Long.parseLong(process.group(1));
    }

    @Override
    public void close() {
        if (engine.equals("on")) {
            var _ = command("engine", "stop").run();
        }
        Command.of("rm", "-rf", "--one-file-system", home.toString()).run().successful();
    }
}
