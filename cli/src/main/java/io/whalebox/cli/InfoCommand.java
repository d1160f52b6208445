package io.whalebox.cli;

import io.whalebox.engine.ContainerRecord;
import io.whalebox.engine.Engine;
import io.whalebox.engine.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/** {@code whalebox info}: the store and the machine, as far as they matter to containers. */
final class InfoCommand implements Command {
    private static final Flag<String> FORMAT = Flag.text(
                    "format", "Print in another form: \"json\", or a template such as \"{{.KernelVersion}}\"")
            .shorthand('f');

    @Override
    public List<String> names() {
        return List.of("info", "system info");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public String summary() {
        return "Show what is in the store and what the machine offers";
    }

    @Override
    public List<Flag<?>> flags() {
        return List.of(FORMAT);
    }

    @Override
    public ArgumentCount argumentCount() {
        return ArgumentCount.NONE;
    }

    @Override
    public int run(CommandLine line, Console console) {
        SequencedMap<String, String> facts;
        try (Engine engine = Store.open(console)) {
            facts = facts(engine, Home.of(console.environment().variables()));
        }
        Optional<String> format = line.value(FORMAT);
        if (format.isPresent()) {
            console.out().print(new Table(Table.named(), List.of(), List.of(facts)).print(format.get()));
        } else {
            facts.forEach((name, value) -> console.out().println(spaced(name) + ": " + Printable.of(value)));
        }
        return 0;
    }

    private static SequencedMap<String, String> facts(Engine engine, Home home) {
        List<ContainerRecord> containers = engine.containers();
        long running = containers.stream().filter(engine::isRunning).count();
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("Containers", String.valueOf(containers.size()));
        facts.put("ContainersRunning", String.valueOf(running));
        facts.put("ContainersStopped", String.valueOf(containers.size() - running));
        facts.put("Images", String.valueOf(engine.images().list().size()));
        facts.put("ServerVersion", VersionCommand.number());
        facts.put("Driver", "overlay");
        facts.put("CgroupVersion", engine.cgroups().hierarchy().mode().name().toLowerCase(Locale.ROOT));
        facts.put("KernelVersion", System.getProperty("os.version"));
        facts.put("OperatingSystem", operatingSystem());
        facts.put("OSType", "linux");
        facts.put("Architecture", VersionCommand.architecture());
        facts.put("NCPU", String.valueOf(Runtime.getRuntime().availableProcessors()));
        facts.put("MemTotal", ByteSize.binary(memory()));
        facts.put("WhaleboxRootDir", home.root().toString());
        return facts;
    }

    /** {@code ContainersRunning} as {@code Containers Running}; abbreviations stay whole. */
    private static String spaced(String name) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            boolean begins =
                    i > 0 && Character.isUpperCase(name.charAt(i)) && Character.isLowerCase(name.charAt(i - 1));
            words.append(begins ? " " : "").append(name.charAt(i));
        }
        return words.toString();
    }

    private static String operatingSystem() {
        return Optional.of(Path.of("/etc/os-release"))
                .filter(Files::isReadable)
                .map(InfoCommand::lines)
                .flatMap(lines -> value(lines, "PRETTY_NAME="))
                .map(name -> name.replace("\"", ""))
                .orElse("Linux");
    }

    private static long memory() {
        return value(lines(Path.of("/proc/meminfo")), "MemTotal:")
                .map(text -> Long.parseLong(text.replace("kB", "").strip()) * 1024)
                .orElseThrow();
    }

    private static Optional<String> value(List<String> lines, String prefix) {
        return lines.stream()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()))
                .findFirst();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
