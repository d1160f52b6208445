package io.whalebox.cli;

import io.whalebox.linux.Client;
import io.whalebox.linux.Signal;
import java.util.Optional;
import java.util.Set;

/** Hands the signals that the client receives to the container. */
final class SignalRelay {
    private static final Set<Signal> DEADLY = Set.of(Signal.HUP, Signal.INT, Signal.QUIT, Signal.TERM);

    /** What a container does about it. */
    interface Target {
        void signal(Signal signal);

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
        Optional<Signal> signal = client.nextSignal();
        while (signal.isPresent()) {
            receive(signal.get());
            signal = client.nextSignal();
        }
        // The client was killed: nobody would learn how the container ends, and its terminal is not ours any more.
        target.signal(Signal.KILL);
    }

    private void receive(Signal signal) {
        if (terminal && signal.equals(Signal.WINCH)) {
            target.resize();
        } else if (terminal && signal.equals(Signal.HUP)) {
            target.hangUp();
        } else if (signal.equals(Signal.CONT)) {
            target.resume();
            if (proxy) {
                target.signal(signal);
            }
        } else if (proxy) {
            target.signal(signal);
        } else if (DEADLY.contains(signal)) {
            target.signal(Signal.KILL);
        }
    }
}
