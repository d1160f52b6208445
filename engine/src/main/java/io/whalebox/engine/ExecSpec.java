package io.whalebox.engine;

import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Spec;
import java.util.List;
import java.util.Optional;

/**
 * A further program of a container that runs. What is left open is as for the container's own program.
 *
 * <p>{@snippet :
 * ExecSpec spec = ExecSpec.of("sh", "-c", "echo $GREETING").env("GREETING=hello").user("nobody");
 * }
 *
 * @param command the program, looked for along the container's {@code PATH}, and its arguments
 * @param env {@code NAME=value}, over the container's
 * @param workingDirectory an absolute path inside
 * @param user {@code name}, {@code uid}, {@code name:group} or {@code uid:gid}, of those that the container knows now
 * @param terminal its terminal with its first size, if it is to have one
 * @param stdin whether its input is connected; otherwise it reads nothing
 * @param privileged whether it has all capabilities, whatever the container's own program has
 */
public record ExecSpec(
        List<String> command,
        List<String> env,
        Optional<String> workingDirectory,
        Optional<String> user,
        Optional<Spec.Console> terminal,
        boolean stdin,
        boolean privileged) {

    public ExecSpec {
        command = List.copyOf(command);
        env = List.copyOf(env);
        if (command.isEmpty()) {
            throw new WhaleboxException(ErrorKind.INVALID, "no exec command specified");
        }
        if (workingDirectory.filter(directory -> !directory.startsWith("/")).isPresent()) {
            throw new WhaleboxException(
                    ErrorKind.INVALID,
                    "the working directory '" + workingDirectory.get()
                            + "' is invalid, it needs to be an absolute path");
        }
    }

    /** Begins with a program and its arguments. */
    public static ExecSpec of(String... command) {
        return of(List.of(command));
    }

    public static ExecSpec of(List<String> command) {
        return new ExecSpec(command, List.of(), Optional.empty(), Optional.empty(), Optional.empty(), false, false);
    }

    /** Sets all variables that the container's own are to be changed by. */
    public ExecSpec env(String... assignments) {
        return env(List.of(assignments));
    }

    public ExecSpec env(List<String> assignments) {
        return new ExecSpec(command, assignments, workingDirectory, user, terminal, stdin, privileged);
    }

    public ExecSpec workingDirectory(String directory) {
        return new ExecSpec(command, env, Optional.of(directory), user, terminal, stdin, privileged);
    }

    public ExecSpec user(String other) {
        return new ExecSpec(command, env, workingDirectory, Optional.of(other), terminal, stdin, privileged);
    }

    public ExecSpec terminal(Spec.Console size) {
        return new ExecSpec(command, env, workingDirectory, user, Optional.of(size), stdin, privileged);
    }

    public ExecSpec stdin(boolean connected) {
        return new ExecSpec(command, env, workingDirectory, user, terminal, connected, privileged);
    }

    public ExecSpec privileged(boolean all) {
        return new ExecSpec(command, env, workingDirectory, user, terminal, stdin, all);
    }
}
