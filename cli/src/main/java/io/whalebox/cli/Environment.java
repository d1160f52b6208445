package io.whalebox.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The caller's environment variables. */
record Environment(Map<String, String> variables) {
    /**
     * The client starts the JVM in a UTF-8 locale, whatever the caller's is, so that arguments arrive as they were
     * typed. The caller's own setting travels under this name.
     */
    private static final String SAVED_LOCALE = "WHALEBOX_LC_ALL";

    Environment {
        variables = Map.copyOf(variables);
    }

    /** The environment that the caller of the command has, without what the client added. */
    static Environment ofCaller() {
        Map<String, String> variables = new HashMap<>(System.getenv());
        if (variables.containsKey("WHALEBOX_CLIENT_FD")) {
            Optional<String> locale = Optional.ofNullable(variables.get(SAVED_LOCALE));
            locale.ifPresentOrElse(saved -> variables.put("LC_ALL", saved), () -> variables.remove("LC_ALL"));
            variables.remove(SAVED_LOCALE);
            variables.remove("WHALEBOX_CLIENT_FD");
        }
        return new Environment(variables);
    }

    Optional<String> get(String name) {
        return Optional.ofNullable(variables.get(name));
    }
}
