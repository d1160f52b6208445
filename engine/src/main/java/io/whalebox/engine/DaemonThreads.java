package io.whalebox.engine;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Threads that may block in the kernel, as many as are wanted at once, and that keep no process alive. */
final class DaemonThreads {
    private DaemonThreads() {}

    /**
     * A pool of them.
     *
     * @param name what their names begin with; a number follows
     */
    static ExecutorService pool(String name) {
        return Executors.newCachedThreadPool(Thread.ofPlatform()
                .name(name, 1)
                .inheritInheritableThreadLocals(false)
                .daemon()
                .factory());
    }
}
