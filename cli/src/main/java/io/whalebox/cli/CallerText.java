package io.whalebox.cli;

import io.whalebox.linux.Processes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The caller's arguments and variables as they were given. The virtual machine replaces what is not UTF-8 in them, and
 * the kernel still has the bytes; it is asked only where something was replaced.
 */
final class CallerText {
    /** What the virtual machine writes in place of a byte that it cannot read. */
    private static final char REPLACEMENT = '\ufffd';

    private CallerText() {}

    /**
     * The arguments of {@code main}, byte for byte.
     *
     * @param decoded as the virtual machine passes them
     */
    static List<String> arguments(String[] decoded) {
        for (String word : decoded) {
            if (word.indexOf(REPLACEMENT) >= 0) {
                List<String> all = Processes.arguments();
                return all.subList(all.size() - decoded.length, all.size());
            }
        }
        return List.of(decoded);
    }

    /**
     * The variables, byte for byte.
     *
     * @param decoded as the virtual machine has them
     */
    static Map<String, String> environment(Map<String, String> decoded) {
        for (Map.Entry<String, String> variable : decoded.entrySet()) {
            if (variable.getKey().indexOf(REPLACEMENT) >= 0
                    || variable.getValue().indexOf(REPLACEMENT) >= 0) {
                return ofKernel();
            }
        }
        return decoded;
    }

    private static Map<String, String> ofKernel() {
        Map<String, String> variables = new HashMap<>();
        for (String variable : Processes.environment()) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                variables.put(variable.substring(0, equals), variable.substring(equals + 1));
            }
        }
        return variables;
    }
}
