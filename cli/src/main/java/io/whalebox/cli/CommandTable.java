package io.whalebox.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Every command there is. */
final class CommandTable {
    /** Groups and what their help says. */
    static final Map<String, String> GROUPS = new TreeMap<>(Map.of("image", "Manage images"));

    private CommandTable() {}

    static List<Command> all() {
        return List.of(new VersionCommand());
    }

    static Optional<Command> find(String name) {
        return all().stream().filter(command -> command.names().contains(name)).findFirst();
    }
}
