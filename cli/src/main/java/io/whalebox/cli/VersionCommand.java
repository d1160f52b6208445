package io.whalebox.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** {@code whalebox version}: what this is and what it runs on. */
final class VersionCommand implements Command {
    private static final Flag<String> FORMAT = Flag.text(
                    "format", "Print in another form: \"json\", or a template such as \"{{.Version}}\"")
            .shorthand('f');

    @Override
    public List<String> names() {
        return List.of("version");
    }

    @Override
    public String synopsis() {
        return "[OPTIONS]";
    }

    @Override
    public String summary() {
        return "Show the version of Whalebox and what it runs on";
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
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("Version", number());
        facts.put("JavaVersion", Runtime.version().toString());
        facts.put("KernelVersion", System.getProperty("os.version"));
        facts.put("Os", "linux");
        facts.put("Arch", architecture());
        Optional<String> format = line.value(FORMAT);
        if (format.isPresent()) {
            console.out().print(new Table(Table.named(), List.of(), List.of(facts)).print(format.get()));
            return 0;
        }
        console.out().println("Whalebox:");
        row(console, "Version", facts.get("Version"));
        row(console, "Java version", facts.get("JavaVersion"));
        row(console, "Kernel version", facts.get("KernelVersion"));
        row(console, "OS/Arch", facts.get("Os") + "/" + facts.get("Arch"));
        return 0;
    }

    private static void row(Console console, String name, String value) {
        console.out().println(" " + name + ":" + " ".repeat(18 - name.length()) + value);
    }

    /** The version this was built as. */
    static String number() {
        return Optional.ofNullable(VersionCommand.class.getPackage().getImplementationVersion())
                .orElse("development");
    }

    /** As the field spells it. */
    static String architecture() {
        Map<String, String> spellings = Map.of("amd64", "amd64", "aarch64", "arm64");
        String name = System.getProperty("os.arch");
        return spellings.getOrDefault(name, name);
    }
}
