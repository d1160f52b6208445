package io.whalebox.runtime.cgroup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A shell that runs its script once it is in a group, so that all its descendants are born there. */
final class ShellProcess implements AutoCloseable {
    private final Process process;

    private ShellProcess(Process process) {
        this.process = process;
    }

    static ShellProcess start(Cgroup group, String script) throws IOException {
        ShellProcess shell = new ShellProcess(new ProcessBuilder(List.of("sh", "-c", "read go; " + script))
                .redirectErrorStream(true)
                .start());
        for (String directory : group.directories()) {
            Files.writeString(Path.of(directory, "cgroup.procs"), Long.toString(shell.pid()));
        }
        shell.process.getOutputStream().write('\n');
        shell.process.getOutputStream().flush();
        return shell;
    }

    int pid() {
        return (int) process.pid();
    }

    /** Reads one line of its output, which tells that it has come so far. */
    String line() throws IOException {
        return process.inputReader(StandardCharsets.UTF_8).readLine();
    }

    /** All the rest of its output. */
    String output() {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int exitStatus() throws InterruptedException {
        return process.waitFor();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
