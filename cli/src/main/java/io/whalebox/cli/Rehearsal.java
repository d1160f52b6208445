package io.whalebox.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;

/**
 * Runs the usual commands once, with nobody looking: the JVM that is asked for an AOT cache remembers what they
 * loaded and linked. The build calls this with a store of its own, which is thrown away afterwards.
 */
final class Rehearsal {
    private static final List<List<String>> COMMANDS = List.of(
            List.of("version"),
            List.of("run", "--help"),
            List.of("run", "--no-such-option"),
            List.of("images"),
            List.of("run", "--rm", "-i", "-m", "64m", "--name", "first", "busybox", "true"),
            List.of("run", "-v", "/tmp:/mnt:ro", "-e", "A=B", "--cpus", "0.5", "busybox", "sh", "-c", "exit 3"),
            List.of("run", "--explain", "busybox", "true"),
            List.of("run", "busybox", "no-such-program"),
            List.of("ps", "-a"),
            List.of("rm", "no-such-container"),
            List.of("info"));

    private Rehearsal() {}

    public static void main(String[] none) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        Console console = Console.ofThisProcess(InputStream.nullInputStream(), nowhere, nowhere);
        // A command that fails here, for want of root or of a kernel feature, will be slower later and no worse.
        COMMANDS.forEach(command -> Main.run(command, console));
    }
}
