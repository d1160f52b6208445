package io.whalebox.cli;

import io.whalebox.linux.Client;
import io.whalebox.linux.Signal;
import java.util.List;

/** Hands the signals that the client receives to the container. */
final class SignalRelay implements Client.Listener {
    /** What ends a program that does nothing about it, of what users send. */
    static final List<Signal> DEADLY = List.of(Signal.HUP, Signal.INT, Signal.QUIT, Signal.TERM);

    /** What a container does about it. */
    interface Target {
        void signal(Signal signal);

        /** The user's window has another size. */
        void resize();

        /** The command was stopped, and goes on: the terminal may have been changed meanwhile. */
        void resume();

        /** The user has left by the keys for that. */
        default void detached() {}

        /** The client was killed: nobody waits for the container. */
        void gone();

        /** The user's terminal is gone. */
        void hangUp();
    }

    private final Target target;
    private final boolean proxy;
    private final boolean terminal;

    private SignalRelay(Target target, boolean proxy, boolean terminal) {
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
        client.listen(new SignalRelay(target, proxy, terminal));
    }

    @Override
    public void detached() {
        target.detached();
    }

    @Override
    public void gone() {
        target.gone();
    }

    @Override
    public void signal(Signal signal) {
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
