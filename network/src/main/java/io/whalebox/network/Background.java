package io.whalebox.network;

/**
 * Threads that work for containers. The command that happens to begin one is soon over, and its log with it: they have
 * nothing of that.
 */
final class Background {
    private Background() {}

    static void start(String name, Runnable work) {
        var _ = started(name, work);
    }

    /** The same for one whose end somebody waits for. */
    static Thread started(String name, Runnable work) {
        return Thread.ofVirtual()
                .name(name)
                .inheritInheritableThreadLocals(false)
                .start(work);
    }
}
