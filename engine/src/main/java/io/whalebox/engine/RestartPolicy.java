package io.whalebox.engine;

import io.avaje.jsonb.Json;
import io.whalebox.linux.ErrorKind;
import io.whalebox.linux.WhaleboxException;

/**
 * When a container is started again after its end; Docker's {@code --restart}.
 *
 * @param maximumRetries after how many starts in a row {@link Mode#ON_FAILURE} gives up; 0: never
 */
@Json
public record RestartPolicy(Mode mode, int maximumRetries) {
    /** It stays as it ended. */
    public static final RestartPolicy NO = new RestartPolicy(Mode.NO, 0);

    /** What decides. */
    public enum Mode {
        NO("no"),
        /** When its exit status is not 0. */
        ON_FAILURE("on-failure"),
        /** Whatever its exit status; after a restart of the machine even if a user had stopped it. */
        ALWAYS("always"),
        /** As {@link #ALWAYS}, but a container that a user has stopped stays so. */
        UNLESS_STOPPED("unless-stopped");

        private final String text;

        Mode(String text) {
            this.text = text;
        }

        /** As users write it. */
        public String text() {
            return text;
        }
    }

    /** @throws WhaleboxException INVALID, in Docker's words */
    public RestartPolicy {
        if (maximumRetries != 0 && mode != Mode.ON_FAILURE) {
            throw invalid("invalid restart policy: maximum retry count can only be used with 'on-failure'");
        }
        if (maximumRetries < 0) {
            throw invalid("invalid restart policy: maximum retry count cannot be negative");
        }
    }

    /**
     * Reads {@code no}, {@code always}, {@code unless-stopped}, {@code on-failure} or {@code on-failure:RETRIES}.
     *
     * @throws WhaleboxException INVALID, in Docker's words, for anything else
     */
    public static RestartPolicy parse(String text) {
        if (text.isEmpty()) {
            return NO;
        }
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        if (name.isEmpty()) {
            throw invalid("invalid restart policy format: no policy provided before colon");
        }
        int retries = 0;
        if (colon >= 0) {
            try {
                retries = Integer.parseInt(text.substring(colon + 1));
            } catch (NumberFormatException e) {
                throw invalid("invalid restart policy format: maximum retry count must be an integer");
            }
        }
        for (Mode mode : Mode.values()) {
            if (mode.text.equals(name)) {
                return new RestartPolicy(mode, retries);
            }
        }
        throw invalid("invalid restart policy: unknown policy '" + name
                + "'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'");
    }

    /** Whether a container that ended so, and was not stopped by a user, is started again. */
    boolean wants(int exitStatus, int restarts) {
        return switch (mode) {
            case NO -> false;
            case ALWAYS, UNLESS_STOPPED -> true;
            case ON_FAILURE -> exitStatus != 0 && (maximumRetries == 0 || restarts < maximumRetries);
        };
    }

    /** One that removes itself can't come again. */
    void checkAgainst(boolean autoRemove) {
        if (autoRemove && mode != Mode.NO) {
            throw invalid("conflicting options: cannot specify both --restart and --rm");
        }
    }

    private static WhaleboxException invalid(String message) {
        return new WhaleboxException(ErrorKind.INVALID, message);
    }
}
