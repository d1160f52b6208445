package io.whalebox.cli;

import io.whalebox.linux.Client;
import io.whalebox.linux.Terminal;
import io.whalebox.linux.WindowSize;
import java.util.Optional;

/**
 * The user's terminal while a container has it: raw, so that each key reaches the container, and Ctrl-C among them.
 * Closing it puts it back; the client does so when this process was killed before.
 */
final class RawTerminal implements AutoCloseable {
    private final Terminal terminal;
    private final Optional<Client> client;
    private boolean raw;

    private RawTerminal(Terminal terminal, Optional<Client> client) {
        this.terminal = terminal;
        this.client = client;
    }

    static RawTerminal enter(Terminal terminal, Optional<Client> client) {
        RawTerminal raw = new RawTerminal(terminal, client);
        raw.enter();
        return raw;
    }

    private synchronized void enter() {
        client.ifPresent(Client::terminalIsRaw);
        terminal.makeRaw();
        raw = true;
    }

    /** After the job was stopped and continued, when the shell has had the terminal in between. */
    synchronized void enterAgain() {
        if (raw) {
            terminal.makeRaw();
        }
    }

    WindowSize size() {
        return terminal.size();
    }

    @Override
    public synchronized void close() {
        if (raw) {
            raw = false;
            terminal.restore();
            client.ifPresent(Client::terminalIsBack);
        }
    }
}
