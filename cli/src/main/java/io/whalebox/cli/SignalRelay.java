package io.whalebox.cli;

import io.whalebox.linux.Client;
import java.util.Optional;
import java.util.Set;

/** Hands the signals that the client receives to the container. */
final class SignalRelay {
    static final int SIGHUP = 1;
    static final int SIGKILL = 9;
    private static final int SIGINT = 2;
    private static final int SIGQUIT = 3;
    private static final int SIGTERM = 15;
    private static final int SIGCONT = 18;
    private static final int SIGWINCH = 28;
    private static final Set<Integer> DEADLY = Set.of(SIGHUP, SIGINT, SIGQUIT, SIGTERM);

    /** What a container does about it. */
    interface Target {
        void signal(int number);

        /** The user's window has another size. */
        void resize();

        /** The command was stopped, and goes on: the terminal may have been changed meanwhile. */
        void resume();

        /** The user's terminal is gone. */
        void hangUp();
    }

    private final Client client;
    private final Target target;
    private final boolean proxy;
    private final boolean terminal;

    private SignalRelay(Client client, Target target, boolean proxy, boolean terminal) {
        this.client = client;
        this.target = target;
        this.proxy = proxy;
        this.terminal = terminal;
    }

    /**
     * Begins with those that have come already.
     *
     * @param proxy whether the container gets them; otherwise those that end a program end it
     */
    static void start(Client client, Target target, boolean proxy, boolean terminal) {
        SignalRelay relay = new SignalRelay(client, target, proxy, terminal);
        Thread.ofPlatform().name("signals").daemon().start(relay::run);
    }

    private void run() {
        Optional<Integer> signal = client.nextSignal();
        while (signal.isPresent()) {
            receive(signal.get());
            signal = client.nextSignal();
        }
        // The client was killed: nobody would learn how the container ends, and its terminal is not ours any more.
        target.signal(SIGKILL);
    }

    private void receive(int signal) {
        if (terminal && signal == SIGWINCH) {
            target.resize();
        } else if (terminal && signal == SIGHUP) {
            target.hangUp();
        } else if (signal == SIGCONT) {
            target.resume();
            if (proxy) {
                target.signal(signal);
            }
        } else if (proxy) {
            target.signal(signal);
        } else if (DEADLY.contains(signal)) {
            target.signal(SIGKILL);
        }
    }
}
