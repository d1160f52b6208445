package io.whalebox.cli;

/** The command line itself is wrong. Carries what is printed and the exit status that goes with it. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A flag that is unknown or has a bad value, whatever the command. */
    static final int BAD_FLAG = 125;
    /** A wrong number of arguments, or a command that does not exist. */
    static final int BAD_ARGUMENTS = 1;

    private final int status;
    private final String message;

    UsageException(int status, String message) {
        super(message);
        this.status = status;
        this.message = message;
    }

    static UsageException flag(String message) {
        return new UsageException(BAD_FLAG, message);
    }

    int status() {
        return status;
    }

    String message() {
        return message;
    }
}
