package io.whalebox.cli;

import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.Engine;
import io.whalebox.engine.volume.Volume;
import io.whalebox.image.Reference;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * {@code whalebox completion bash}, {@code zsh} and {@code fish} print what teaches a shell to complete command lines;
 * {@code whalebox completion words} is what the shell then asks.
 */
final class CompletionCommands implements Command {
    static final CompletionCommands BASH = new CompletionCommands("bash");
    static final CompletionCommands ZSH = new CompletionCommands("zsh");
    static final CompletionCommands FISH = new CompletionCommands("fish");

    private final String shell;

    private CompletionCommands(String shell) {
        this.shell = shell;
    }

    @Override
    public List<String> names() {
        return List.of("completion " + shell);
    }

    @Override
    public String synopsis() {
        return "";
    }

    @Override
    public String summary() {
        return "Print the completion of command lines for " + shell;
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of();
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.NONE;
    }

    @Override
    public int run(CommandLine line, Console console) {
        try (InputStream script =
                Objects.requireNonNull(CompletionCommands.class.getResourceAsStream("completion." + shell))) {
            console.out().print(new String(script.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return 0;
    }

    /** What the scripts ask: a word a line, with what it is behind a tab, and {@code :files} where files may follow. */
    static final class Words implements Command {
        private static final String FILES = ":files";

        @Override
        public List<String> names() {
            return List.of("completion words");
        }

        @Override
        public String synopsis() {
            return "-- [WORD...]";
        }

        @Override
        public String summary() {
            return "Show what can follow on a command line, of which the last word is incomplete";
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
            return ArgumentCount.atLeast(0);
        }

        @Override
        public int run(CommandLine line, Console console) {
            try (Engine engine = Store.open(console)) {
                StringBuilder files = new StringBuilder();
                Completion completion = new Completion(kind -> {
                    if (kind == Completion.Kind.FILE) {
                        files.append(FILES).append('\n');
                        return List.of();
                    }
                    return names(kind, engine);
                });
                for (Completion.Candidate candidate : completion.of(line.arguments())) {
                    String help = candidate.help().isEmpty() ? "" : "\t" + candidate.help();
                    console.out().println(Printable.of(candidate.word()) + help);
                }
                console.out().print(files);
            }
            return 0;
        }

        private static List<String> names(Completion.Kind kind, Engine engine) {
            return switch (kind) {
                case CONTAINER ->
                    engine.containers().stream()
                            .map(ContainerRecord::name)
                            .sorted()
                            .toList();
                case RUNNING_CONTAINER ->
                    engine.containers().stream()
                            .filter(engine::isRunning)
                            .map(ContainerRecord::name)
                            .sorted()
                            .toList();
                case IMAGE ->
                    engine.images().list().stream()
                            .flatMap(image -> image.names().stream())
                            .map(Reference::toString)
                            .sorted()
                            .toList();
                case VOLUME ->
                    engine.volumes().list().stream().map(Volume::name).toList();
                case FILE -> List.of();
            };
        }
    }
}
