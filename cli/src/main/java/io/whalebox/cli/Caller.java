package io.whalebox.cli;

import io.whalebox.linux.Client;
import io.whalebox.linux.Fd;
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
}
