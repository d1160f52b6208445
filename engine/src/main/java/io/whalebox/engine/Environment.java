package io.whalebox.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A container's environment, later values replacing earlier ones in place, as Docker orders it. */
final class Environment {
    private final Map<String, String> variables = new LinkedHashMap<>();

    /** Sets it unless it is there. */
    void setDefault(String name, String value) {
        variables.putIfAbsent(name, value);
    }

    /** Adds {@code NAME=value}; a name alone removes the variable. */
    void add(List<String> assignments) {
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals < 0) {
                variables.remove(assignment);
            } else {
                variables.put(assignment.substring(0, equals), assignment.substring(equals + 1));
            }
        }
    }

    List<String> list() {
        List<String> list = new ArrayList<>();
        variables.forEach((name, value) -> list.add(name + "=" + value));
        return list;
    }
}
