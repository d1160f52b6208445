package io.whalebox.cli;

import io.whalebox.linux.Client;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The caller's environment variables. */
record Environment(Map<String, String> variables) {
    /**
     * What the client keeps from the JVM travels under names with this prefix: the caller's locale, since the JVM is
     * started in a UTF-8 one so that arguments arrive as they were typed, and options that a JVM would obey.
     */
    private static final String SAVED = "WHALEBOX_SAVED_";

    Environment {
        variables = Map.copyOf(variables);
    }

    /** The environment that the caller of the command has, without what the client changed. */
    static Environment ofCaller() {
        return behindClient(CallerText.environment(System.getenv()));
    }

    static Environment behindClient(Map<String, String> present) {
        if (!present.containsKey(Client.VARIABLE)) {
            return new Environment(present);
        }
        Map<String, String> variables = new HashMap<>(present);
        variables.remove(Client.VARIABLE);
        variables.remove("LC_ALL");
        present.forEach((name, value) -> {
            if (name.startsWith(SAVED)) {
                variables.remove(name);
                variables.put(name.substring(SAVED.length()), value);
            }
        });
        return new Environment(variables);
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(variables.get(name));
    }
}
