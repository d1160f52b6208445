package io.whalebox.cli;

import java.util.Set;

/** Checks of single values of {@code run}'s options, made while the command line is read. */
final class RunValues {
    /** Parameters that belong to an IPC namespace; those of networks and message queues go by their prefix. */
    private static final Set<String> IPC_PARAMETERS = Set.of(
            "kernel.msgmax",
            "kernel.msgmnb",
            "kernel.msgmni",
            "kernel.sem",
            "kernel.shmall",
            "kernel.shmmax",
            "kernel.shmmni",
            "kernel.shm_rmid_forced");

    private RunValues() {}

    static String env(String text) {
        if (text.isEmpty() || text.startsWith("=")) {
            throw Strconv.invalid("invalid environment variable: " + text);
        }
        return text;
    }

    static String label(String text) {
        if (text.isEmpty() || text.startsWith("=")) {
            throw Strconv.invalid("invalid label '" + text + "': empty name");
        }
        return text;
    }

    static String annotation(String text) {
        if (text.indexOf('=') <= 0) {
            throw Strconv.invalid("invalid argument " + Strconv.quote(text) + ": an annotation is NAME=VALUE");
        }
        return text;
    }

    /** Only what a namespace keeps apart: any other parameter would be the host's. */
    static String sysctl(String text) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? "" : text.substring(0, equals);
        if (!(IPC_PARAMETERS.contains(name) || name.startsWith("net.") || name.startsWith("fs.mqueue."))) {
            throw Strconv.invalid("sysctl '" + text + "' is not allowed");
        }
        return text;
    }
}
