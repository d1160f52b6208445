package io.whalebox.runtime;

import io.whalebox.linux.Errno;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;
import io.whalebox.runtime.Step.Subject;

/** A container that could not be started: which step the kernel refused, and why. */
public final class LaunchException extends WhaleboxException {
    private static final long serialVersionUID = 1L;

    private final transient Subject subject;
    private final Errno errno;

    private LaunchException(ErrorKind kind, String message, Subject subject, Errno errno) {
        super(kind, message);
        this.subject = subject;
        this.errno = errno;
    }

    static LaunchException of(Step step, Errno errno) {
        Subject subject = step.subject();
        return switch (subject) {
            case Subject.Setup _ ->
                new LaunchException(
                        errno == Errno.EPERM || errno == Errno.EACCES ? ErrorKind.DENIED : ErrorKind.PRECONDITION,
                        "could not " + step.label() + ": " + errno.message(),
                        subject,
                        errno);
            // In Docker's words, which people search for.
            case Subject.Program program ->
                new LaunchException(
                        errno == Errno.ENOENT ? ErrorKind.NOT_FOUND : ErrorKind.INVALID,
                        "exec: \"" + program.name() + "\": "
                                + (step.action() instanceof Step.Action.Fail
                                        ? "executable file not found in $PATH"
                                        : errno.message()),
                        subject,
                        errno);
            case Subject.WorkingDirectory directory ->
                new LaunchException(
                        ErrorKind.INVALID,
                        "could not use " + directory.path() + " as the working directory: " + errno.message(),
                        subject,
                        errno);
        };
    }

    static LaunchException launcherDied() {
        return new LaunchException(
                ErrorKind.INTERNAL, "the launcher of the container was killed", new Subject.Setup(), Errno.UNKNOWN);
    }

    public Subject subject() {
        return subject;
    }

    public Errno errno() {
        return errno;
    }

    /** What a shell would exit with: 127 for a program that is not there, 126 for one that can't run, else 125. */
    public int exitStatus() {
        return switch (subject) {
            case Subject.Setup _ -> 125;
            case Subject.Program _, Subject.WorkingDirectory _ -> errno == Errno.ENOENT ? 127 : 126;
        };
    }
}
