package io.whalebox.linux;

/** A kernel request that failed: which call, on what, and why. */
public final class LinuxException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final Errno errno;
    private final String subject;

    /**
     * @param call what was attempted, as the manual spells it, such as {@code openat2}
     * @param subject what it was attempted on, or an empty string
     */
    public LinuxException(String call, Errno errno, String subject) {
        super(call + (subject.isEmpty() ? "" : " " + subject) + ": " + errno.message());
        this.call = call;
        this.errno = errno;
        this.subject = subject;
    }

    public String call() {
        return call;
    }

    public Errno errno() {
        return errno;
    }

    public String subject() {
        return subject;
    }

    /** Whether the kernel refused with this error. */
    public boolean is(Errno other) {
        return errno == other;
    }
}
