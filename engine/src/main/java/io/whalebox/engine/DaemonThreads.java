package io.whalebox.engine;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that may block in the kernel, and that keep no process alive. */
final class DaemonThreads {
    private DaemonThreads() {}

    /** As many as are wanted at once; {@code name} is what their names begin with, a number follows. */
    static ExecutorService pool(String name) {
        return Executors.newCachedThreadPool(factory(name));
    }

    /** One, for what is to be done later, which is dropped when it is shut down. */
    static ScheduledThreadPoolExecutor timer(String name) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, factory(name));
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        return timer;
    }

    private static ThreadFactory factory(String name) {
        // The JDK's way to number threads makes it compile a var handle.
        AtomicInteger count = new AtomicInteger();
        Thread.Builder.OfPlatform builder =
                Thread.ofPlatform().inheritInheritableThreadLocals(false).daemon();
        return task -> builder.name(name + count.incrementAndGet()).unstarted(task);
    }
}
