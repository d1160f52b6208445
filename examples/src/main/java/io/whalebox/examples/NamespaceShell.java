package io.whalebox.examples;

import io.whalebox.engine.Streams;
import io.whalebox.runtime.Launcher.LaunchedProcess;
import io.whalebox.runtime.Namespace;
import io.whalebox.runtime.NamespacedCommand;
import java.io.IOException;
import java.util.List;

/**
 * A shell in namespaces of its own, first seen from inside and then from outside: in Java what Go's
 * {@code exec.Cmd} does with {@code SysProcAttr.Cloneflags} and {@code UidMappings}.
 */
public final class NamespaceShell {
    private static final String LOOK = """
            echo "hostname: $(hostname)"
            echo "user: $(id -u), mapped $(echo $(cat /proc/self/uid_map))"
            echo "message queues: $(ipcs -q | grep -c 0x)"
            echo "processes: $(ps -e -o comm= | head -1) is the first"
            echo "links:$(ip -o link | cut -d: -f2 | tr -d "\\n")"
            """;
    private static final String INSIDE = "ipcmk -Q > /dev/null\n" + LOOK;

    private NamespaceShell() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        NamespacedCommand shell = NamespacedCommand.of("sh", "-c", INSIDE)
                .in(Namespace.UTS, Namespace.IPC, Namespace.PID, Namespace.USER, Namespace.NETWORK)
                .hostname("inside")
                .mapUsers(0, 100000, 65536)
                .mapGroups(0, 100000, 65536);
        System.out.println("inside");
        try (Streams streams = Streams.inherited();
                LaunchedProcess process = shell.start(List.of(streams.input(), streams.output(), streams.error()))) {
            process.await();
        }
        System.out.println("outside");
        new ProcessBuilder("sh", "-c", LOOK).inheritIO().start().waitFor();
    }
}
