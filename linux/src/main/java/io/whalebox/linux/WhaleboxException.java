package io.whalebox.linux;

/**
 * A failure that a user meets. Its message is one line in lower case without a full stop: what was attempted, on
 * what, the cause, and the likely remedy.
 */
public class WhaleboxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorKind kind;

    public WhaleboxException(ErrorKind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public WhaleboxException(ErrorKind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public ErrorKind kind() {
        return kind;
    }
}
