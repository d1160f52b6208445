package io.whalebox.cli;

import io.whalebox.linux.Client;
import io.whalebox.linux.Fd;
import io.whalebox.linux.Terminal;
import io.whalebox.linux.WindowSize;
import io.whalebox.runtime.Attachment;
import io.whalebox.runtime.DetachKeys;
import io.whalebox.runtime.Spec;
import java.util.Optional;

/**
 * The process for which a command runs: its descriptors, and the way to it. A container never gets these descriptors
 * themselves: through {@code /proc/self/fd} it could open the user's terminal or file anew, for writing.
 *
 * @param input standard input, to ask whether it is a terminal
 * @param typed where to read standard input from, after {@link #wantInput}; the same, unless the client reads it
 * @param client the way to it, where there is one
 */
record Caller(Fd input, Fd output, Fd error, Fd typed, Optional<Client> client) {
    /** Whoever started this process. */
    static Caller ofThisProcess() {
        return OfThisProcess.CALLER;
    }

    /** Made when it is first wanted, and once: a process has one client. */
    private static final class OfThisProcess {
        private static final Fd INPUT = Fd.owning(0);
        private static final Optional<Client> CLIENT = Client.ofThisProcess();
        private static final Caller CALLER = new Caller(INPUT, Fd.owning(1), Fd.owning(2), INPUT, CLIENT);
    }

    void wantInput() {
        client.ifPresent(Client::wantInput);
    }

    /** The size of a user's terminal, as a container's gets it. */
    static Spec.Console sizeOf(Terminal user) {
        WindowSize window = user.size();
        return new Spec.Console(window.rows(), window.columns());
    }

    /**
     * All streams of a program that are its caller's.
     *
     * @param connection to its monitor
     * @param keys that end the attachment, if the program has a terminal
     */
    Attachment attachment(Fd connection, boolean terminal, boolean interactive, DetachKeys keys) {
        Attachment attachment = Attachment.of().connection(connection).output(output);
        attachment = terminal ? attachment.keys(keys) : attachment.error(error);
        if (!interactive) {
            return attachment;
        }
        return terminal ? attachment.input(typed) : attachment.inputOnce(typed);
    }
}
